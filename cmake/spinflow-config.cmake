# SPDX-License-Identifier: Apache-2.0
# find_package(spinflow): the target spinflow::spinflow, and spinflow_SHARE_DIR, the parts of report pages.
include(CMakeFindDependencyMacro)
find_dependency(fmt)
find_dependency(TBB)
find_dependency(ZLIB)

# FindHDF5 wants the language C, which a user of this package need not enable.
find_library(SPINFLOW_HDF5_LIBRARY NAMES hdf5_serial hdf5)
find_library(SPINFLOW_HIGHWAY_LIBRARY NAMES hwy)
foreach(part hdf5 highway)
  string(TOUPPER SPINFLOW_${part}_LIBRARY library)
  if(NOT ${library})
    set(spinflow_FOUND FALSE)
    set(spinflow_NOT_FOUND_MESSAGE "the library ${part} is missing; install it or set ${library} to its file")
    return()
  endif()
  mark_as_advanced(${library})
  if(NOT TARGET spinflow::${part})
    add_library(spinflow::${part} UNKNOWN IMPORTED)
    set_target_properties(spinflow::${part} PROPERTIES IMPORTED_LOCATION ${${library}})
  endif()
endforeach()

include(${CMAKE_CURRENT_LIST_DIR}/spinflow-targets.cmake)
get_property(spinflow_SHARE_DIR TARGET spinflow::spinflow PROPERTY INTERFACE_INCLUDE_DIRECTORIES)
cmake_path(SET spinflow_SHARE_DIR NORMALIZE "${spinflow_SHARE_DIR}/../share/spinflow")
