#include "platform/machine/report_handler.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <systemc>

namespace hwcvp {

namespace {

void handle(const sc_core::sc_report& report, const sc_core::sc_actions& actions) {
  if (report.get_severity() == sc_core::SC_INFO) {
    spdlog::debug("{}: {}", report.get_msg_type(), report.get_msg());
  } else if (report.get_severity() == sc_core::SC_WARNING) {
    spdlog::warn("{}: {}", report.get_msg_type(), report.get_msg());
  }
  const sc_core::sc_actions shown = sc_core::SC_DISPLAY | sc_core::SC_LOG;
  sc_core::sc_report_handler::default_handler(report, actions & ~shown);
}

}  // namespace

void install_report_handler(bool verbose) {
  auto logger = spdlog::stderr_color_st("hwcvp");
  logger->set_pattern("hwcvp: %^%l%$: %v");
  logger->set_level(verbose ? spdlog::level::debug : spdlog::level::warn);
  spdlog::set_default_logger(std::move(logger));
  sc_core::sc_report_handler::set_handler(handle);
}

}  // namespace hwcvp
