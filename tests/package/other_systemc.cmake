# Where the SystemC found is not the one that the models were built with, configuring says so: another C++ standard, which
# the library does not link with, and another version. What links no SystemC does not mind.
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)
file(REMOVE_RECURSE ${WORK})
set(configure ${CMAKE_COMMAND} -S ${SOURCE} -G Ninja -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_CXX_FLAGS=${FLAGS})

refused("built with the SystemC and the C\\+\\+ standard of sc_api_version_[0-9_]+cxx201703L .* ask for sc_api_version_[0-9_]+cxx202002L in C\\+\\+20"
  ${configure} -B ${WORK}/standard -DCMAKE_PREFIX_PATH=${STAGE} -DCMAKE_CXX_STANDARD=20 -DCONSUMER_COMPONENTS=models)
run(ignored ${configure} -B ${WORK}/without -DCMAKE_PREFIX_PATH=${STAGE} -DCMAKE_CXX_STANDARD=20
  -DCONSUMER_COMPONENTS=schedules)

# A SystemC of another version, as far as anybody can tell who compiles and links with it.
set(other ${WORK}/other)
file(WRITE ${other}/lib/cmake/SystemCLanguage/SystemCLanguageConfig.cmake "
add_library(SystemC::systemc INTERFACE IMPORTED)
target_include_directories(SystemC::systemc INTERFACE ${other}/include)
")
file(WRITE ${other}/include/systemc "
#define SC_API_VERSION_STRING sc_api_version_9_9_9_cxx201703L
int sc_main(int, char**);
int main(int argc, char** argv) { return sc_main(argc, argv); }
")
refused("differs: it is sc_api_version_9_9_9_cxx201703L"
  ${configure} -B ${WORK}/version "-DCMAKE_PREFIX_PATH=${STAGE}\;${other}" -DCONSUMER_COMPONENTS=models)
file(WRITE ${other}/include/systemc "#error broken\n")
refused("does not compile in C\\+\\+17"
  ${configure} -B ${WORK}/broken "-DCMAKE_PREFIX_PATH=${STAGE}\;${other}" -DCONSUMER_COMPONENTS=models)
