# Scripts that include this have the policies of the CMake that the project asks for.
cmake_minimum_required(VERSION 3.25)

# run(<variable> command...): runs a command that must succeed; its output goes into the variable.
function(run variable)
  execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE output ERROR_VARIABLE error RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    list(JOIN ARGN " " line)
    message(FATAL_ERROR "${line}: ${result}\n${output}\n${error}")
  endif()
  set(${variable} "${output}" PARENT_SCOPE)
endfunction()

# refused(<pattern> command...): runs a command that must fail with that in its error, whose lines CMake may have wrapped.
function(refused pattern)
  execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE output ERROR_VARIABLE error RESULT_VARIABLE result)
  string(REGEX REPLACE "[ \n]+" " " line "${error}")
  if(result EQUAL 0 OR NOT line MATCHES "${pattern}")
    message(FATAL_ERROR "expected a failure that says \"${pattern}\", found ${result}\n${output}\n${error}")
  endif()
endfunction()
