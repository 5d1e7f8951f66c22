# What whoever takes the models links: neither the emulator nor anything else heavy, directly or through others. And what
# instances of the models share: nothing that they write.
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)
set(heavy "lib(unicorn|onnx|protobuf|dnnl|gomp)")

foreach(program cmake/models/use_models pkgconfig/use_models pkgconfig/use_schedules pkgconfig/use_dram pkgconfig/use_cpu)
  run(libraries ldd ${WORK}/${program})
  if(libraries MATCHES "${heavy}[^\n]*")
    message(FATAL_ERROR "${program} links ${CMAKE_MATCH_0}")
  endif()
endforeach()
foreach(program cmake/schedules/use_schedules cmake/dram_files/use_dram pkgconfig/use_schedules pkgconfig/use_dram)
  run(libraries ldd ${WORK}/${program})
  if(libraries MATCHES "libsystemc")
    message(FATAL_ERROR "${program} links SystemC")
  endif()
endforeach()
run(libraries ldd ${WORK}/cmake/models/use_models)
if(NOT libraries MATCHES "libsystemc")
  message(FATAL_ERROR "ldd does not show libsystemc, so its silence about others means nothing:\n${libraries}")
endif()

# A program takes from a library what it needs, so look at every object of the libraries too.
set(archives ${STAGE}/${LIBDIR}/libhwcvp_models.a ${STAGE}/${LIBDIR}/libhwcvp_kernels.a
  ${STAGE}/${LIBDIR}/libhwcvp_dram.a)
run(undefined ${NM} --demangle --undefined-only ${archives})
if(undefined MATCHES "\n *U ((uc_|dnnl|onnx|google::protobuf|GOMP_)[^\n]*)")
  message(FATAL_ERROR "an object of hwcvp::models asks for ${CMAKE_MATCH_1}")
endif()
if(NOT undefined MATCHES "sc_core::")
  message(FATAL_ERROR "nm does not show SystemC's symbols, so its silence about others means nothing")
endif()
file(READ ${STAGE}/${LIBDIR}/cmake/hwcvp/hwcvp_modelsTargets.cmake targets)
if(targets MATCHES "(unicorn|onnx|protobuf|dnnl|OpenMP|gomp)")
  message(FATAL_ERROR "the exported targets of the models name ${CMAKE_MATCH_1}")
endif()

# The emulator is in the plug-in, and there only.
run(plugin ldd ${PLUGIN})
run(program ldd ${PROGRAM})
if(NOT plugin MATCHES "libunicorn" OR program MATCHES "libunicorn")
  message(FATAL_ERROR "expected libunicorn in the plug-in and not in the program:\n${plugin}\n${program}")
endif()

if(SANITIZED)
  return() # sanitizers add variables of their own
endif()

# Variables of the models that outlive an instance. Those that are there change speed only, or are constants that are
# computed at first use:
set(known
  "instruction_sets?|selection\\(\\)::selection|kInstructionSets" # the choice of instructions
  "::workspace"                                                   # scratch memory of a thread
  "requantize\\(.*\\)::kWide|convolve\\(.*\\)::zeros|DramFieldOrder::kNames") # constants
run(symbols ${OBJDUMP} --syms --demangle ${archives})
string(REGEX MATCHALL "[^\n]* \\.(bss|data|tbss|tdata)[^\n\t]*\t[^\n]*" variables "${symbols}")
list(FILTER variables EXCLUDE REGEX " d +\\.|\\.data\\.rel\\.ro|DW\\.ref\\.") # sections, constants
list(FILTER variables EXCLUDE REGEX "([0-9a-f]|hidden) (std|sc_core|tlm|tlm_utils)::|guard variable for|__tls_guard") # of others
foreach(pattern IN LISTS known)
  list(FILTER variables EXCLUDE REGEX "${pattern}")
endforeach()
if(variables)
  list(JOIN variables "\n" lines)
  message(FATAL_ERROR "state that instances of the models would share:\n${lines}")
endif()
