# SPDX-License-Identifier: Apache-2.0
# `pip install .`: says in one line which of Debian's packages are missing, and fetches what pages are made of.
file(STRINGS ${CMAKE_SOURCE_DIR}/scripts/install-dependencies.sh line REGEX "^build=")
string(REGEX REPLACE "^build=\"(.*)\"$" "\\1" packages "${line}")
string(REPLACE " " ";" packages "${packages}")
set(missing "")
foreach(package ${packages})
  execute_process(COMMAND dpkg -s ${package} OUTPUT_VARIABLE status ERROR_QUIET RESULT_VARIABLE known)
  if(NOT known EQUAL 0 OR NOT status MATCHES "install ok installed")
    string(APPEND missing " ${package}")
  endif()
endforeach()
# Debian's python3 has its headers in a package of their own.
if(Python_EXECUTABLE)
  execute_process(COMMAND ${Python_EXECUTABLE} -c "import sysconfig; print(sysconfig.get_path('include'))"
                  OUTPUT_VARIABLE headers OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT EXISTS ${headers}/Python.h)
    string(APPEND missing " python3-dev")
  endif()
endif()
find_program(DPKG dpkg)
if(missing AND DPKG)
  message(FATAL_ERROR "spinflow needs Debian packages that are missing. As root, run:\n"
    "  apt-get update && apt-get install -y --no-install-recommends${missing}")
endif()

find_program(NPM npm)
if(NPM AND NOT EXISTS ${CMAKE_SOURCE_DIR}/web/node_modules/vega)
  execute_process(COMMAND ${NPM} ci --ignore-scripts --no-audit --no-fund --loglevel=error
                  WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}/web)
endif()
