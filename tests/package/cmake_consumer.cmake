# Builds and runs the consumer by find_package: with everything, with the models alone, and with the DRAM's files alone.
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)
file(REMOVE_RECURSE ${WORK})
foreach(components "schedules\;models\;cpu\;riscv_cpu" "models" "dram_files")
  string(REGEX REPLACE "[^a-z_]+.*" "" name ${components})
  run(ignored ${CMAKE_COMMAND} -S ${SOURCE} -B ${WORK}/${name} -G Ninja -DCMAKE_CXX_COMPILER=${CXX}
    -DCMAKE_CXX_FLAGS=${FLAGS} -DCMAKE_PREFIX_PATH=${STAGE} -DCMAKE_BUILD_TYPE=Debug
    "-DCONSUMER_COMPONENTS=${components}")
endforeach()
foreach(program models/use_models schedules/use_schedules schedules/use_cpu dram_files/use_dram)
  get_filename_component(folder ${program} DIRECTORY)
  get_filename_component(target ${program} NAME)
  run(ignored ${CMAKE_COMMAND} --build ${WORK}/${folder} --target ${target})
  run(ignored ${WORK}/${program})
endforeach()
