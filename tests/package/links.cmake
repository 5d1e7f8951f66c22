# What whoever takes the models links: neither the emulator nor anything else heavy, directly or through others.
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)
set(heavy "lib(unicorn|onnx|protobuf|dnnl|gomp)")

foreach(program cmake/models/use_models pkgconfig/use_models pkgconfig/use_schedules)
  run(libraries ldd ${WORK}/${program})
  if(libraries MATCHES "${heavy}[^\n]*")
    message(FATAL_ERROR "${program} links ${CMAKE_MATCH_0}")
  endif()
endforeach()
run(libraries ldd ${WORK}/cmake/models/use_models)
if(NOT libraries MATCHES "libsystemc")
  message(FATAL_ERROR "ldd does not show libsystemc, so its silence about others means nothing:\n${libraries}")
endif()

# The emulator is in the plug-in, and there only.
run(plugin ldd ${PLUGIN})
run(program ldd ${PROGRAM})
if(NOT plugin MATCHES "libunicorn" OR program MATCHES "libunicorn")
  message(FATAL_ERROR "expected libunicorn in the plug-in and not in the program:\n${plugin}\n${program}")
endif()
