# The target docs: a reference of the public headers, by Doxygen where it is installed. Nothing else needs it.
find_program(HWCVP_DOXYGEN doxygen)
if(NOT HWCVP_DOXYGEN)
  return()
endif()
get_property(headers GLOBAL PROPERTY HWCVP_PUBLIC_HEADERS)
list(FILTER headers EXCLUDE REGEX "^registers/")
list(SORT headers)
list(TRANSFORM headers REPLACE "(.+)" "\"${CMAKE_SOURCE_DIR}/\\1\"")
list(JOIN headers " \\\n  " HWCVP_DOXYGEN_INPUT)
configure_file(${CMAKE_CURRENT_LIST_DIR}/Doxyfile.in ${CMAKE_BINARY_DIR}/Doxyfile @ONLY)
add_custom_target(docs COMMAND ${HWCVP_DOXYGEN} ${CMAKE_BINARY_DIR}/Doxyfile WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
  COMMENT "Writing the reference of the public headers into ${CMAKE_BINARY_DIR}/docs" VERBATIM)
