# Asking for a component that does not exist is an error that lists those that do.
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)
file(REMOVE_RECURSE ${WORK})
refused("no component \"arm_cpu\": expected some of"
  ${CMAKE_COMMAND} -S ${SOURCE} -B ${WORK} -G Ninja -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_PREFIX_PATH=${STAGE}
  -DCONSUMER_COMPONENTS=arm_cpu)
