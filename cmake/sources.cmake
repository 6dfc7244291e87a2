# SPDX-License-Identifier: Apache-2.0
# SPINFLOW_SOURCES: everything the library is made of. One file per algorithm: registries fill themselves from lists that are
# made from the files.
include(${CMAKE_CURRENT_LIST_DIR}/catalogue.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/embed.cmake)

set(SPINFLOW_ROOMS base io kernels stats lattice models networks ensemble exact samplers trainers
                   transformations thermometers inference observables flow analysis results runs report studies recipes)
set(SPINFLOW_SOURCES "")
spinflow_write_catalogues(SPINFLOW_SOURCES ${CMAKE_BINARY_DIR}/generated/catalogue ${SPINFLOW_ROOMS})
foreach(room ${SPINFLOW_ROOMS})
  file(GLOB_RECURSE room_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${room}/*.cpp)
  list(APPEND SPINFLOW_SOURCES ${room_sources})
endforeach()
spinflow_embed(SPINFLOW_SOURCES ${CMAKE_BINARY_DIR}/generated/recipes.cpp src/recipes/*/recipe.toml)
