# SPDX-License-Identifier: Apache-2.0
# Debian ships systemc.pc but no CMake package: SystemC::systemc over pkg-config.
find_package(PkgConfig REQUIRED)
pkg_check_modules(PC_SYSTEMC QUIET IMPORTED_TARGET systemc)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(SystemC REQUIRED_VARS PC_SYSTEMC_LINK_LIBRARIES
                                  VERSION_VAR PC_SYSTEMC_VERSION)
if(SystemC_FOUND AND NOT TARGET SystemC::systemc)
  add_library(SystemC::systemc INTERFACE IMPORTED)
  target_link_libraries(SystemC::systemc INTERFACE PkgConfig::PC_SYSTEMC)
  # sc_spawn exists only when this is set before the first include, in every translation unit.
  target_compile_definitions(SystemC::systemc INTERFACE SC_INCLUDE_DYNAMIC_PROCESSES)
endif()
