# Installs the build into a fresh folder.
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)
file(REMOVE_RECURSE ${STAGE})
run(ignored ${CMAKE_COMMAND} --install ${BUILD} --prefix ${STAGE})

# Headers under one folder, nothing else beside it.
file(GLOB headers RELATIVE ${STAGE}/include ${STAGE}/include/*)
if(NOT headers STREQUAL "hwcvp")
  message(FATAL_ERROR "include: expected the folder hwcvp alone, found ${headers}")
endif()
run(version ${STAGE}/bin/hwcvp --version)
