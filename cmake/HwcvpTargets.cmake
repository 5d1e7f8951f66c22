# Common settings of every target: warnings are errors, sanitizers, ccache, precompiled headers, the include root; and the
# two kinds of target that the tree is made of, folders and libraries.

find_program(HWCVP_CCACHE ccache)
if(HWCVP_CCACHE)
  # Precompiled headers are cached only when told that macros of the time do not matter.
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${HWCVP_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

add_library(hwcvp_options INTERFACE)
target_compile_options(hwcvp_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Werror)
if(HWCVP_SANITIZE)
  add_compile_options(-fsanitize=${HWCVP_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${HWCVP_SANITIZE})
endif()

# Sources include one another from the root of the tree ("schedules/workload/layer.h"); installed, that root is
# <prefix>/include/hwcvp.
function(hwcvp_include_root target)
  target_compile_features(${target} PUBLIC cxx_std_17)
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}>
    $<BUILD_INTERFACE:${CMAKE_BINARY_DIR}/generated>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/hwcvp>)
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:hwcvp_options>)
endfunction()

# hwcvp_folder([SOURCES ...] [FOLDERS ...] [LIBRARIES ...] [REGISTERS ...] [PRECOMPILED name] [SEPARATE] [COLD]): the folder
# that calls it, as a target named after its path. FOLDERS are the folders that its files may include from, and
# tests/structure holds the files to that; LIBRARIES are those of others that it is compiled with; REGISTERS the blocks whose
# generated headers it reads. Its sources are compiled together, unless SEPARATE, and with few optimizations if COLD: where
# a run spends next to no time.
function(hwcvp_folder)
  cmake_parse_arguments(ARG "SEPARATE;COLD" "PRECOMPILED" "SOURCES;FOLDERS;LIBRARIES;REGISTERS" ${ARGN})
  file(RELATIVE_PATH path ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  string(REPLACE "/" "_" target "hwcvp_${path}")
  string(REPLACE ";" " " folders "${ARG_FOLDERS}")
  set_property(GLOBAL APPEND_STRING PROPERTY HWCVP_FOLDERS "${path}: ${folders}\n")
  set_property(GLOBAL PROPERTY HWCVP_LIBRARIES_OF_${path} "${ARG_LIBRARIES}")
  if(NOT ARG_SOURCES)
    return()
  endif()
  add_library(${target} OBJECT ${ARG_SOURCES})
  hwcvp_include_root(${target})
  target_link_libraries(${target} PRIVATE ${ARG_LIBRARIES})
  foreach(block IN LISTS ARG_REGISTERS)
    add_dependencies(${target} hwcvp_registers_${block})
  endforeach()
  if(ARG_COLD)
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
  endif()
  if(ARG_PRECOMPILED)
    hwcvp_precompile(${target} ${ARG_PRECOMPILED})
  endif()
  if(HWCVP_UNITY AND NOT ARG_SEPARATE)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
  endif()
endfunction()

# hwcvp_library(<name> [COMPONENT component] [FOLDERS ...] [PUBLIC_HEADERS ...] [REGISTERS ...] [sources ...]): a static library of
# folders and sources, exported as hwcvp::<name without hwcvp_>. It links what its folders do. With a COMPONENT of the
# package it is installed, by hwcvp_install.
function(hwcvp_library name)
  cmake_parse_arguments(ARG "" "COMPONENT" "FOLDERS;PUBLIC_HEADERS;REGISTERS" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  string(REGEX REPLACE "^hwcvp_" "" short ${name})
  add_library(hwcvp::${short} ALIAS ${name})
  set_target_properties(${name} PROPERTIES EXPORT_NAME ${short})
  hwcvp_include_root(${name})
  foreach(path IN LISTS ARG_FOLDERS)
    string(REPLACE "/" "_" folder "hwcvp_${path}")
    get_property(libraries GLOBAL PROPERTY HWCVP_LIBRARIES_OF_${path})
    target_link_libraries(${name} PRIVATE ${libraries})
    if(TARGET ${folder})
      target_sources(${name} PRIVATE $<TARGET_OBJECTS:${folder}>)
    endif()
  endforeach()
  if(ARG_COMPONENT)
    hwcvp_install(${name} COMPONENT ${ARG_COMPONENT} PUBLIC_HEADERS ${ARG_PUBLIC_HEADERS} REGISTERS ${ARG_REGISTERS})
  endif()
endfunction()

# hwcvp_install(<target> COMPONENT component [PUBLIC_HEADERS ...] [REGISTERS ...]): installs the target as part of a component of
# the CMake package, with its public headers: paths from the root of the tree, and blocks of registers, whose macros
# are public. Headers that are not listed are internal and not installed.
function(hwcvp_install target)
  cmake_parse_arguments(ARG "" "COMPONENT" "PUBLIC_HEADERS;REGISTERS" ${ARGN})
  set(sets "")
  set(registers "")
  if(ARG_PUBLIC_HEADERS)
    list(TRANSFORM ARG_PUBLIC_HEADERS PREPEND ${CMAKE_SOURCE_DIR}/ OUTPUT_VARIABLE files)
    target_sources(${target} PUBLIC FILE_SET headers TYPE HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR} FILES ${files})
    list(APPEND sets FILE_SET headers DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/hwcvp COMPONENT dev)
  endif()
  if(ARG_REGISTERS)
    list(TRANSFORM ARG_REGISTERS REPLACE "(.+)" "registers/\\1.h" OUTPUT_VARIABLE registers)
    list(TRANSFORM registers PREPEND ${CMAKE_BINARY_DIR}/generated/ OUTPUT_VARIABLE files)
    target_sources(${target} PUBLIC FILE_SET registers TYPE HEADERS BASE_DIRS ${CMAKE_BINARY_DIR}/generated FILES ${files})
    list(APPEND sets FILE_SET registers DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/hwcvp COMPONENT dev)
  endif()
  set_property(GLOBAL APPEND PROPERTY HWCVP_PUBLIC_HEADERS ${ARG_PUBLIC_HEADERS} ${registers})
  set_property(GLOBAL APPEND PROPERTY HWCVP_COMPONENTS ${ARG_COMPONENT})
  install(TARGETS ${target} EXPORT hwcvp_${ARG_COMPONENT}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/hwcvp COMPONENT runtime
    ${sets})
endfunction()

# What the folders declared and which headers are public, for the tests that hold the tree to it.
function(hwcvp_write_structure)
  get_property(folders GLOBAL PROPERTY HWCVP_FOLDERS)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/folders.txt CONTENT "${folders}" @ONLY)
  get_property(headers GLOBAL PROPERTY HWCVP_PUBLIC_HEADERS)
  list(SORT headers)
  list(JOIN headers "\n" lines)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/public_headers.txt CONTENT "${lines}\n" @ONLY)
endfunction()

# hwcvp_precompiled(<name> [EXECUTABLE] [COLD] HEADERS ... LIBRARIES ...): headers that targets compiled alike (as executables or for
# libraries) share by hwcvp_precompile(<target> <name>).
function(hwcvp_precompiled name)
  cmake_parse_arguments(ARG "EXECUTABLE;COLD" "" "HEADERS;LIBRARIES" ${ARGN})
  set(target hwcvp_precompiled_${name})
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/precompiled/main.cpp CONTENT "extern \"C\" int sc_main(int, char**) { return 0; }\nint main() { return 0; }\n")
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/precompiled/empty.cpp CONTENT "")
  if(ARG_EXECUTABLE)
    add_executable(${target} EXCLUDE_FROM_ALL ${CMAKE_BINARY_DIR}/precompiled/main.cpp)
  else()
    add_library(${target} OBJECT EXCLUDE_FROM_ALL ${CMAKE_BINARY_DIR}/precompiled/empty.cpp)
  endif()
  target_compile_features(${target} PRIVATE cxx_std_17)
  target_link_libraries(${target} PRIVATE hwcvp_options ${ARG_LIBRARIES})
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
  if(ARG_COLD)
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
  endif()
  target_precompile_headers(${target} PRIVATE ${ARG_HEADERS})
endfunction()

function(hwcvp_precompile target name)
  if(NOT HWCVP_PRECOMPILE)
    return()
  endif()
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
  target_precompile_headers(${target} REUSE_FROM hwcvp_precompiled_${name})
endfunction()
