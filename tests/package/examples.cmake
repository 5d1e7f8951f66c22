# Builds the installed examples as a project of their own, outside of the tree, against the installed package alone; then runs
# them.
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})
run(ignored ${CMAKE_COMMAND} -E copy_directory ${STAGE}/share/hwcvp/examples ${WORK}/source)
run(ignored ${CMAKE_COMMAND} -S ${WORK}/source -B ${WORK}/build -G Ninja -DCMAKE_C_COMPILER=${CC} -DCMAKE_CXX_COMPILER=${CXX}
  -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER} -DCMAKE_CXX_FLAGS=${FLAGS} -DCMAKE_EXE_LINKER_FLAGS=${FLAGS}
  -DCMAKE_PREFIX_PATH=${STAGE} -DCMAKE_BUILD_TYPE=Debug)
run(ignored ${CMAKE_COMMAND} --build ${WORK}/build)
run(output ${CMAKE_CTEST_COMMAND} --test-dir ${WORK}/build --output-on-failure)
if(NOT output MATCHES "100% tests passed, 0 tests failed out of 5")
  message(FATAL_ERROR "expected five examples that pass, found\n${output}")
endif()
