# Makes the Debian packages, and looks at what is in them and what they depend on.
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)
file(REMOVE_RECURSE ${WORK})
run(ignored ${CMAKE_COMMAND} -E env --unset=DESTDIR
  cpack --config ${BUILD}/CPackConfig.cmake -G DEB -B ${WORK} -D CPACK_DEBIAN_COMPRESSION_TYPE=gzip)

# expect(<package> DEPENDS patterns... CONTAINS patterns... WITHOUT patterns...)
function(expect package)
  cmake_parse_arguments(ARG "" "" "DEPENDS;CONTAINS;WITHOUT" ${ARGN})
  file(GLOB file ${WORK}/${package}_${VERSION}_*.deb)
  run(depends dpkg-deb --field ${file} Depends)
  run(contents dpkg-deb --contents ${file})
  foreach(pattern IN LISTS ARG_DEPENDS)
    if(NOT depends MATCHES "${pattern}")
      message(FATAL_ERROR "${package}: expected a dependency on ${pattern}, found ${depends}")
    endif()
  endforeach()
  foreach(pattern IN LISTS ARG_CONTAINS)
    if(NOT contents MATCHES "${pattern}\n")
      message(FATAL_ERROR "${package}: expected ${pattern}, found\n${contents}")
    endif()
  endforeach()
  foreach(pattern IN LISTS ARG_WITHOUT)
    if("${depends}${contents}" MATCHES "${pattern}")
      message(FATAL_ERROR "${package}: did not expect ${pattern}, found\n${depends}${contents}")
    endif()
  endforeach()
endfunction()

expect(hwcvp-runtime
  DEPENDS "libunicorn2" "libsystemc " "libc6"
  CONTAINS "/hwcvp/hwcvp_riscv_cpu\\.so" "/firmware/hwcvp_firmware\\.bin" "/firmware/hwcvp_firmware\\.elf"
           "usr/share/hwcvp/dram/ddr4-2400\\.json"
  WITHOUT "libdnnl" "usr/include" "usr/bin/")
expect(hwcvp-dev
  DEPENDS "hwcvp-runtime \\(= ${VERSION}\\)" "libsystemc-dev"
  CONTAINS "usr/include/hwcvp/models/hwc/hwc\\.h" "usr/include/hwcvp/registers/hwc\\.h" "/libhwcvp_models\\.a"
           "/hwcvpConfig\\.cmake" "/hwcvpConfigVersion\\.cmake" "/pkgconfig/hwcvp-models\\.pc" "/pkgconfig/hwcvp-cpu\\.pc"
           "usr/share/doc/hwcvp/docs/packages\\.md" "usr/share/hwcvp/examples/host_soc\\.cpp"
  WITHOUT "libunicorn" "libdnnl" "libonnx" "usr/bin/")
expect(hwcvp-tools
  DEPENDS "hwcvp-runtime \\(= ${VERSION}\\)" "libsystemc " "libboost-program-options"
  CONTAINS "usr/bin/hwcvp" "usr/share/man/man1/hwcvp-run\\.1" "/bash-completion/completions/hwcvp" "/schema/layer\\.schema\\.json"
  WITHOUT "libunicorn" "usr/include")
# Where it is built.
if(EXISTS ${BUILD}/python/hwcvp/program.py)
  expect(python3-hwcvp
    DEPENDS "hwcvp-tools \\(= ${VERSION}\\)" "python3 "
    CONTAINS "usr/lib/python3/dist-packages/hwcvp/__init__\\.py" "/hwcvp/_native\\.pyi" "/hwcvp/py\\.typed"
             "/hwcvp/_native\\.[^\n]*\\.so"
    WITHOUT "libunicorn" "libsystemc" "usr/bin/")
  set(python python3-hwcvp)
endif()

# What they install works together, from whatever folder.
foreach(package hwcvp-runtime hwcvp-tools ${python})
  file(GLOB file ${WORK}/${package}_${VERSION}_*.deb)
  run(ignored dpkg-deb --extract ${file} ${WORK}/root)
endforeach()
file(WRITE ${WORK}/layer.json [[{"in_channels": 2, "in_height": 4, "in_width": 4, "out_channels": 2, "kernel_shape": [3, 3]}]])
run(report ${WORK}/root/usr/bin/hwcvp run --layer ${WORK}/layer.json --buffer 1KiB --json)
if(NOT report MATCHES "\"verified\": true")
  message(FATAL_ERROR "expected a verified run, found\n${report}")
endif()
if(python)
  run(answer ${CMAKE_COMMAND} -E env --unset=HWCVP_PROGRAM PYTHONPATH=${WORK}/root/usr/lib/python3/dist-packages ${PYTHON} -c
    "print(__import__('hwcvp').run(layer={'in_channels': 2, 'in_height': 4, 'in_width': 4, 'out_channels': 2, 'kernel_shape': [3, 3]}, buffer=1024)['totals']['verified'])")
  if(NOT answer MATCHES "True")
    message(FATAL_ERROR "Python package: expected a verified run, found\n${answer}")
  endif()
endif()
