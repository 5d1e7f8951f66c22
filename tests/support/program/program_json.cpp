#include "tests/support/program/program_json.h"

#include <gtest/gtest.h>

namespace hwcvp {

nlohmann::json run_json(const ProgramFolder& folder, const std::string& arguments) {
  const ProgramResult result = folder.run(arguments + " --json");
  EXPECT_EQ(result.status, 0) << arguments << "\n" << result.err;
  nlohmann::json document = nlohmann::json::parse(result.out, nullptr, false);
  EXPECT_TRUE(document.is_object()) << result.out;
  document.erase("provenance");  // which says when it was made
  return document;
}

}  // namespace hwcvp
