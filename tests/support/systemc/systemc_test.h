// A test fixture for tests that simulate: a SystemC report from warning on that the test did not expect fails
// it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <systemc>
#include <vector>

namespace hwcvp {

class SystemcTest : public ::testing::Test {
 protected:
  SystemcTest();
  ~SystemcTest() override;

  // From now on reports whose message type is `type` fail nothing and are kept in reports(). Errors are
  // thrown as always.
  void expect_report(const std::string& type);
  const std::vector<std::string>& reports() const;
};

}  // namespace hwcvp
