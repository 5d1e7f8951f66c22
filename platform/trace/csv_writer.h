// Traces as comma-separated values.
#pragma once

#include <string>
#include <vector>

#include "platform/trace/trace_writer.h"

namespace hwcvp {

// One line a transaction, under a line of column names; names are quoted where RFC 4180 asks for it.
class CsvWriter : public TraceWriter {
 public:
  CsvWriter(const TraceHeader& header, OutputFile& file);

  void begin_layer(const std::string& name) override;
  void write(const TraceRecord& record) override;
  void finish() override {}

 private:
  OutputFile& file_;
  std::string layer_;                 // quoted
  std::vector<std::string> sockets_;  // quoted
};

}  // namespace hwcvp
