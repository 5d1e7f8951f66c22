# Installs the libraries for other projects, with their headers: find_package(hwcvp), then link hwcvp::models,
# hwcvp::cpu_loader or hwcvp::schedules.
include(CMakePackageConfigHelpers)

set_target_properties(hwcvp_firmware_native PROPERTIES EXPORT_NAME firmware_native)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/hwcvp)
install(
  TARGETS hwcvp_schedules hwcvp_kernels hwcvp_models hwcvp_firmware_native hwcvp_native_cpu hwcvp_cpu_loader
  EXPORT hwcvp
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT hwcvp NAMESPACE hwcvp:: FILE hwcvpTargets.cmake DESTINATION ${package_dir})

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/hwcvpConfig.cmake.in ${CMAKE_BINARY_DIR}/hwcvpConfig.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/hwcvpConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/hwcvpConfig.cmake ${CMAKE_BINARY_DIR}/hwcvpConfigVersion.cmake
  ${CMAKE_CURRENT_LIST_DIR}/FindSystemC.cmake DESTINATION ${package_dir})

install(DIRECTORY schedules models sw DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/hwcvp FILES_MATCHING PATTERN "*.h")
install(DIRECTORY ${CMAKE_BINARY_DIR}/generated/registers DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/hwcvp
  FILES_MATCHING PATTERN "*.h")
