# Installs the package for other projects: a CMake package whose components can be had apart, pkg-config files, documentation
# and examples. The libraries and their public headers, under include/hwcvp, are listed where each library is defined
# (hwcvp_library, hwcvp_install). Three install components, from which the Debian packages are made: runtime (plug-in,
# firmware, DRAM presets), dev (this), tools (the program and its schemas).
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/hwcvp)
get_property(components GLOBAL PROPERTY HWCVP_COMPONENTS)
list(REMOVE_DUPLICATES components)
foreach(component IN LISTS components)
  install(EXPORT hwcvp_${component} NAMESPACE hwcvp:: FILE hwcvp_${component}Targets.cmake DESTINATION ${package_dir}
    COMPONENT dev)
endforeach()

set(firmware_dir ${CMAKE_INSTALL_DATADIR}/hwcvp/firmware)
set(dram_dir ${CMAKE_INSTALL_DATADIR}/hwcvp/dram)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/hwcvpConfig.cmake.in ${CMAKE_BINARY_DIR}/hwcvpConfig.cmake
  INSTALL_DESTINATION ${package_dir} PATH_VARS firmware_dir dram_dir)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/hwcvpConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/hwcvpConfig.cmake ${CMAKE_BINARY_DIR}/hwcvpConfigVersion.cmake
  ${CMAKE_CURRENT_LIST_DIR}/FindSystemC.cmake ${CMAKE_CURRENT_LIST_DIR}/HwcvpSystemCVersion.cmake
  DESTINATION ${package_dir} COMPONENT dev)

# The pkg-config files find themselves by where they lie, so that the whole tree can be moved.
set(pkgconfig_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH pkgconfig_prefix /${pkgconfig_dir} /)
string(REGEX REPLACE "sc_api_version_([0-9]+)_([0-9]+)_([0-9]+)_.*" "\\1.\\2.\\3" systemc_version ${HWCVP_SYSTEMC})
foreach(component schedules dram models cpu)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/hwcvp-${component}.pc.in ${CMAKE_BINARY_DIR}/hwcvp-${component}.pc @ONLY)
  install(FILES ${CMAKE_BINARY_DIR}/hwcvp-${component}.pc DESTINATION ${pkgconfig_dir} COMPONENT dev)
endforeach()

# Pages link to one another, to the examples and to the models' folders, as in the tree.
install(FILES README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT dev)
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT dev)
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DATADIR}/hwcvp COMPONENT dev)
foreach(folder ${CMAKE_INSTALL_DATADIR}/hwcvp/examples ${CMAKE_INSTALL_INCLUDEDIR}/hwcvp/models)
  get_filename_component(name ${folder} NAME)
  file(RELATIVE_PATH target /${CMAKE_INSTALL_DOCDIR} /${folder})
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/doc_links)
  file(CREATE_LINK ${target} ${CMAKE_BINARY_DIR}/doc_links/${name} SYMBOLIC)
  install(FILES ${CMAKE_BINARY_DIR}/doc_links/${name} DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT dev)
endforeach()
