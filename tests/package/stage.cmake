# Installs the build into a fresh folder, and looks at what is there.
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)
file(REMOVE_RECURSE ${STAGE})
run(ignored ${CMAKE_COMMAND} --install ${BUILD} --prefix ${STAGE})
run(version ${STAGE}/bin/hwcvp --version)

# Headers under one folder, nothing else beside it; those that the libraries list as public, no more and no less.
file(GLOB headers RELATIVE ${STAGE}/include ${STAGE}/include/*)
if(NOT headers STREQUAL "hwcvp")
  message(FATAL_ERROR "include: expected the folder hwcvp alone, found ${headers}")
endif()
set(root ${STAGE}/include/hwcvp)
file(GLOB_RECURSE installed RELATIVE ${root} ${root}/*)
file(STRINGS ${BUILD}/public_headers.txt listed)
set(more ${installed})
set(less ${listed})
list(REMOVE_ITEM more ${listed})
list(REMOVE_ITEM less ${installed})
if(more OR less OR NOT installed)
  message(FATAL_ERROR "installed without being listed: ${more}; listed without being installed: ${less}")
endif()

# What they include of this project is installed too.
foreach(header IN LISTS installed)
  file(STRINGS ${root}/${header} includes REGEX "^ *# *include *\"")
  foreach(include IN LISTS includes)
    string(REGEX REPLACE ".*\"(.*)\".*" "\\1" other "${include}")
    if(NOT EXISTS ${root}/${other})
      message(FATAL_ERROR "${header} includes ${other}, which is not installed")
    endif()
  endforeach()
endforeach()

# Documentation, whose links hold there too, and the presets of DRAMs.
run(ignored ${PYTHON} ${LINKS_TEST} ${STAGE}/${DOCDIR})
foreach(file ${DOCDIR}/README.md ${DOCDIR}/docs/models/hwc.md share/hwcvp/examples/host_soc.cpp share/hwcvp/dram/ddr4-2400.json
    share/man/man1/hwcvp.1 share/man/man1/hwcvp-run.1 share/bash-completion/completions/hwcvp
    share/zsh/vendor-completions/_hwcvp share/fish/vendor_completions.d/hwcvp.fish)
  if(NOT EXISTS ${STAGE}/${file})
    message(FATAL_ERROR "expected ${file} to be installed")
  endif()
endforeach()
