# Finds SystemC with TLM-2.0 and defines SystemC::systemc: a CMake package where SystemC was built with one, else
# pkg-config, as on Debian.

find_package(SystemCLanguage QUIET)
if(NOT TARGET SystemC::systemc)
  find_package(PkgConfig QUIET)
  if(PKG_CONFIG_FOUND)
    pkg_check_modules(SYSTEMC QUIET IMPORTED_TARGET systemc)
    if(SYSTEMC_FOUND)
      add_library(SystemC::systemc INTERFACE IMPORTED)
      target_link_libraries(SystemC::systemc INTERFACE PkgConfig::SYSTEMC)
    endif()
  endif()
endif()
if(TARGET SystemC::systemc)
  set(SystemC_TARGET SystemC::systemc)
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(SystemC REQUIRED_VARS SystemC_TARGET
  REASON_FAILURE_MESSAGE "SystemC 2.3.4 was not found by CMake nor pkg-config: on Debian 12 run scripts/install-deps")
