# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` copies: program, library, public headers, share folder (web/), and what CMake and pkg-config need
# to find them. All paths are relative to the prefix, so that it may be moved.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS spinflow EXPORT spinflow-targets)
install(TARGETS spinflow_program)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/spinflow DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/spinflow)
install(EXPORT spinflow-targets NAMESPACE spinflow:: DESTINATION ${package})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/generated/spinflow-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_SOURCE_DIR}/cmake/spinflow-config.cmake ${CMAKE_BINARY_DIR}/generated/spinflow-config-version.cmake
        DESTINATION ${package})

# Debian has several HDF5 libraries side by side.
if(HDF5_C_LIBRARIES MATCHES "serial")
  set(SPINFLOW_PC_HDF5 hdf5-serial)
else()
  set(SPINFLOW_PC_HDF5 hdf5)
endif()
file(RELATIVE_PATH SPINFLOW_PC_PREFIX /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(${PROJECT_SOURCE_DIR}/cmake/spinflow.pc.in ${CMAKE_BINARY_DIR}/generated/spinflow.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/generated/spinflow.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
