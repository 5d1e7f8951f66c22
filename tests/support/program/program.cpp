#include "tests/support/program/program.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace hwcvp {

namespace fs = std::filesystem;

ProgramFolder::ProgramFolder() {
  std::string name = (fs::temp_directory_path() / "hwcvp-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder: " + name);
  folder_ = name;
}

ProgramFolder::~ProgramFolder() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void ProgramFolder::write(const std::string& name, const std::string& contents) const {
  std::ofstream(path(name), std::ios::binary) << contents;
}

std::string ProgramFolder::read(const std::string& name) const {
  std::ifstream file(path(name), std::ios::binary);
  std::ostringstream contents;
  contents << file.rdbuf();
  return contents.str();
}

ProgramResult ProgramFolder::shell(const std::string& command) const {
  const std::string line =
      "cd '" + folder_.string() + "' && { " + command + "\n} >.stdout 2>.stderr </dev/null";
  const int wait_status = std::system(line.c_str());
  ProgramResult result;
  result.status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
  result.out = read(".stdout");
  result.err = read(".stderr");
  return result;
}

ProgramResult ProgramFolder::run(const std::string& arguments) const {
  return shell("'" HWCVP_PROGRAM "' " + arguments);
}

}  // namespace hwcvp
