# hwcvp_systemc_version(<variable> [<error variable>]): the symbol by which SystemC's headers tie whatever includes them to the
# library, such as sc_api_version_2_3_4_cxx201703L: version and C++ standard. It is found by linking a program with
# SystemC::systemc in the standard that targets of this project have; where that fails the result is empty, and the
# error says why. Used where the libraries are built and, from the installed package, where others link them.
function(hwcvp_systemc_version variable)
  set(standard ${CMAKE_CXX_STANDARD})
  if(NOT standard)
    set(standard ${CMAKE_CXX_STANDARD_DEFAULT})
  endif()
  if(standard LESS 17 OR standard EQUAL 98)
    set(standard 17) # the least that the targets ask for
  endif()
  # Asked again only where something has changed that decides it.
  set(question "${CMAKE_CXX_COMPILER} ${CMAKE_CXX_FLAGS} ${standard} ${SystemCLanguage_DIR} ${SYSTEMC_LINK_LIBRARIES}")
  if(HWCVP_SYSTEMC_ANSWER AND HWCVP_SYSTEMC_QUESTION STREQUAL question)
    set(${variable} ${HWCVP_SYSTEMC_ANSWER} PARENT_SCOPE)
    return()
  endif()

  set(folder ${CMAKE_CURRENT_BINARY_DIR}${CMAKE_FILES_DIRECTORY}/hwcvp_systemc_version)
  file(WRITE ${folder}/version.cpp [[
#include <systemc>
#define HWCVP_TEXT_OF(macro) #macro
#define HWCVP_TEXT(macro) HWCVP_TEXT_OF(macro)
extern const char* const hwcvp_systemc_version;
const char* const hwcvp_systemc_version = "hwcvp links " HWCVP_TEXT(SC_API_VERSION_STRING);
int sc_main(int, char**) { return hwcvp_systemc_version[0]; }
]])
  set(version "")
  set(error "")
  foreach(kind EXECUTABLE STATIC_LIBRARY)
    set(CMAKE_TRY_COMPILE_TARGET_TYPE ${kind})
    try_compile(done ${folder}/${kind} ${folder}/version.cpp LINK_LIBRARIES SystemC::systemc
      CXX_STANDARD ${standard} CXX_STANDARD_REQUIRED ON OUTPUT_VARIABLE output COPY_FILE ${folder}/built COPY_FILE_ERROR ignored)
    set(symbol "")
    if(done)
      file(STRINGS ${folder}/built symbol REGEX "hwcvp links sc_api_version_")
      string(REGEX MATCH "sc_api_version_[A-Za-z0-9_]+" symbol "${symbol}")
    endif()
    unset(done CACHE)
    if(kind STREQUAL EXECUTABLE AND symbol)
      set(version ${symbol})
      break()
    elseif(kind STREQUAL STATIC_LIBRARY AND symbol)
      set(error "its headers ask for ${symbol} in C++${standard}, which the library was not built as")
    elseif(kind STREQUAL STATIC_LIBRARY)
      set(error "a program that includes <systemc> does not compile in C++${standard}:\n${output}")
    endif()
  endforeach()
  set(HWCVP_SYSTEMC_QUESTION "${question}" CACHE INTERNAL "What decides the answer")
  set(HWCVP_SYSTEMC_ANSWER "${version}" CACHE INTERNAL "Version and C++ standard that SystemC links with")
  set(${variable} "${version}" PARENT_SCOPE)
  if(ARGC GREATER 1)
    set(${ARGV1} "${error}" PARENT_SCOPE)
  endif()
endfunction()
