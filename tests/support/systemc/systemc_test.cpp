#include "tests/support/systemc/systemc_test.h"

#include <set>

// libsystemc refers to it; the tests bring their own main.
int sc_main(int /*argc*/, char** /*argv*/) { return 0; }

namespace hwcvp {

namespace {

// The report handler is a plain function, so what it knows is here; each test has a process of its own.
struct Expectations {
  std::set<std::string> types;
  std::vector<std::string> reports;
};

Expectations& expectations() {
  static Expectations instance;
  return instance;
}

void handle(const sc_core::sc_report& report, const sc_core::sc_actions& actions) {
  if (expectations().types.count(report.get_msg_type()) != 0) {
    expectations().reports.emplace_back(report.get_msg());
    sc_core::sc_report_handler::default_handler(report, actions & sc_core::SC_THROW);
    return;
  }
  if (report.get_severity() >= sc_core::SC_WARNING) {
    ADD_FAILURE() << report.what();
  }
  sc_core::sc_report_handler::default_handler(report, actions);
}

}  // namespace

SystemcTest::SystemcTest() {
  expectations() = {};
  sc_core::sc_report_handler::set_handler(handle);
}

SystemcTest::~SystemcTest() { sc_core::sc_report_handler::set_handler(nullptr); }

void SystemcTest::expect_report(const std::string& type) { expectations().types.insert(type); }

const std::vector<std::string>& SystemcTest::reports() const { return expectations().reports; }

}  // namespace hwcvp
