# Asking for a component that does not exist is an error that lists those that do.
file(REMOVE_RECURSE ${WORK})
execute_process(
  COMMAND ${CMAKE_COMMAND} -S ${SOURCE} -B ${WORK} -G Ninja -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_PREFIX_PATH=${STAGE}
    -DCONSUMER_COMPONENTS=arm_cpu
  OUTPUT_QUIET ERROR_VARIABLE error RESULT_VARIABLE result)
if(result EQUAL 0 OR NOT error MATCHES "no component \"arm_cpu\": expected some of")
  message(FATAL_ERROR "${result}\n${error}")
endif()
