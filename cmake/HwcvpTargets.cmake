# Common settings of every target: warnings are errors, sanitizers, ccache, the include root.

find_program(HWCVP_CCACHE ccache)
if(HWCVP_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${HWCVP_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${HWCVP_CCACHE})
endif()

add_library(hwcvp_options INTERFACE)
target_compile_options(hwcvp_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Werror)
if(HWCVP_SANITIZE)
  add_compile_options(-fsanitize=${HWCVP_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${HWCVP_SANITIZE})
endif()

# hwcvp_library(name sources...): a static library, exported as hwcvp::<name without hwcvp_>. Sources include one another
# from the root of the tree ("schedules/layer.h"); installed, that root is <prefix>/include/hwcvp.
function(hwcvp_library name)
  add_library(${name} STATIC ${ARGN})
  string(REGEX REPLACE "^hwcvp_" "" short ${name})
  add_library(hwcvp::${short} ALIAS ${name})
  set_target_properties(${name} PROPERTIES EXPORT_NAME ${short})
  target_compile_features(${name} PUBLIC cxx_std_17)
  target_include_directories(${name} PUBLIC
    $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}>
    $<BUILD_INTERFACE:${CMAKE_BINARY_DIR}/generated>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/hwcvp>)
  target_link_libraries(${name} PRIVATE $<BUILD_INTERFACE:hwcvp_options>)
endfunction()
