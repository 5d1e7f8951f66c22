// SystemC's reports as log lines.
#pragma once

namespace hwcvp {

// Warnings and information go to the log, that is to standard error; errors are thrown as sc_core::sc_report,
// as always. `verbose` shows information too.
void install_report_handler(bool verbose);

}  // namespace hwcvp
