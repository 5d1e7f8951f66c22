#include "models/gdb/target_description.h"

namespace hwcvp::gdb {

namespace {

constexpr const char* kRegisterNames[] = {
    "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "fp", "s1", "a0",  "a1",  "a2", "a3", "a4", "a5",
    "a6",   "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};

const char* type_of(const std::string& name) {
  if (name == "ra") return "code_ptr";
  return name == "sp" || name == "gp" || name == "tp" || name == "fp" ? "data_ptr" : "int";
}

}  // namespace

std::string target_description() {
  std::string xml =
      "<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n<target version=\"1.0\">\n"
      "<architecture>riscv:rv64</architecture>\n<feature name=\"org.gnu.gdb.riscv.cpu\">\n";
  for (const char* name : kRegisterNames) {
    xml += std::string("<reg name=\"") + name + "\" bitsize=\"64\" type=\"" + type_of(name) + "\"/>\n";
  }
  return xml + "<reg name=\"pc\" bitsize=\"64\" type=\"code_ptr\"/>\n</feature>\n</target>\n";
}

}  // namespace hwcvp::gdb
