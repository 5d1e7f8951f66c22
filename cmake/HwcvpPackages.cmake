# Debian packages by `cpack -G DEB` in the build folder: hwcvp-runtime, hwcvp-dev, hwcvp-tools, python3-hwcvp. What shared libraries they
# depend on is worked out by dpkg-shlibdeps.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME hwcvp)
set(CPACK_PACKAGE_VENDOR "hwcvp developers")
set(CPACK_PACKAGE_CONTACT "hwcvp developers <hwcvp@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)

set(CPACK_COMPONENTS_ALL runtime dev tools)
if(TARGET hwcvp_python)
  list(APPEND CPACK_COMPONENTS_ALL python)
endif()
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION
  "Virtual platform for convolutions: emulated control processor and firmware\n The plug-in with the emulated RISC-V core, and the firmware that it runs.")
set(CPACK_COMPONENT_DEV_DESCRIPTION
  "Virtual platform for convolutions: libraries for other platforms\n Headers, static libraries, CMake package and pkg-config files of the SystemC models and the optimizer of schedules.")
set(CPACK_COMPONENT_TOOLS_DESCRIPTION
  "Virtual platform for convolutions: the program hwcvp\n Optimizes schedules, predicts and simulates their memory traffic, and compares both.")
set(CPACK_COMPONENT_PYTHON_DESCRIPTION
  "Virtual platform for convolutions: Python package\n Layers, networks, schedules, predictions and searches as dictionaries, and the program in a child process.")
set(CPACK_COMPONENT_DEV_DEPENDS runtime)
set(CPACK_COMPONENT_TOOLS_DEPENDS runtime)
set(CPACK_COMPONENT_PYTHON_DEPENDS tools)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME hwcvp-runtime)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION science)
set(CPACK_DEBIAN_DEV_PACKAGE_NAME hwcvp-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "libsystemc-dev, nlohmann-json3-dev, libfmt-dev")
set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME hwcvp-tools)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PYTHON_PACKAGE_NAME python3-hwcvp)
set(CPACK_DEBIAN_PYTHON_PACKAGE_SECTION python)
set(CPACK_DEBIAN_PYTHON_PACKAGE_DEPENDS "python3 (>= 3.11), python3 (<< 3.12)")
include(CPack)
