# Installs the libraries for other projects, with their headers under include/hwcvp: a CMake package whose components
# can be had apart, and pkg-config files. Three install components, from which the Debian packages are made: runtime
# (plug-in, firmware), dev (this), tools (the program and its schemas).
include(CMakePackageConfigHelpers)

set_target_properties(hwcvp_firmware_native PROPERTIES EXPORT_NAME firmware_native)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/hwcvp)

# hwcvp_install_component(<name> targets...): static libraries, in <name>Targets.cmake.
function(hwcvp_install_component name)
  install(TARGETS ${ARGN} EXPORT hwcvp_${name}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/hwcvp COMPONENT runtime)
  install(EXPORT hwcvp_${name} NAMESPACE hwcvp:: FILE hwcvp_${name}Targets.cmake DESTINATION ${package_dir} COMPONENT dev)
endfunction()
hwcvp_install_component(schedules hwcvp_schedules)
hwcvp_install_component(models hwcvp_kernels hwcvp_dram hwcvp_models hwcvp_gdb)
hwcvp_install_component(cpu hwcvp_firmware_native hwcvp_native_cpu hwcvp_cpu_loader)
hwcvp_install_component(riscv_cpu hwcvp_riscv_cpu) # the plug-in: the one thing that links the emulator

set(firmware_dir ${CMAKE_INSTALL_DATADIR}/hwcvp/firmware)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/hwcvpConfig.cmake.in ${CMAKE_BINARY_DIR}/hwcvpConfig.cmake
  INSTALL_DESTINATION ${package_dir} PATH_VARS firmware_dir)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/hwcvpConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/hwcvpConfig.cmake ${CMAKE_BINARY_DIR}/hwcvpConfigVersion.cmake
  ${CMAKE_CURRENT_LIST_DIR}/FindSystemC.cmake DESTINATION ${package_dir} COMPONENT dev)

# hwcvp-models.pc and hwcvp-schedules.pc find themselves by where they lie, so that the whole tree can be moved.
set(pkgconfig_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH pkgconfig_prefix /${pkgconfig_dir} /)
foreach(library models schedules)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/hwcvp-${library}.pc.in ${CMAKE_BINARY_DIR}/hwcvp-${library}.pc @ONLY)
  install(FILES ${CMAKE_BINARY_DIR}/hwcvp-${library}.pc DESTINATION ${pkgconfig_dir} COMPONENT dev)
endforeach()

install(DIRECTORY schedules models sw DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/hwcvp COMPONENT dev
  FILES_MATCHING PATTERN "*.h")
install(DIRECTORY ${CMAKE_BINARY_DIR}/generated/registers DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/hwcvp COMPONENT dev
  FILES_MATCHING PATTERN "*.h")
