#include "platform/trace/trace_writer.h"

#include <stdexcept>
#include <string_view>

#include "platform/trace/binary_writer.h"
#include "platform/trace/csv_writer.h"
#include "platform/trace/dram_writers.h"
#include "platform/trace/perfetto_writer.h"
#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

struct Suffix {
  std::string_view text;
  TraceFormat format;
};

constexpr Suffix kSuffixes[] = {
    {".hwctrace", TraceFormat::binary},
    {".csv", TraceFormat::csv},
    {".dramsim3.trace", TraceFormat::dramsim3},
    {".dramsim3", TraceFormat::dramsim3},
    {".ramulator2.trace", TraceFormat::ramulator2},
    {".ramulator2", TraceFormat::ramulator2},
    {".stl", TraceFormat::stl},
    {".perfetto-trace", TraceFormat::perfetto},
    {".pftrace", TraceFormat::perfetto},
    {".vcd", TraceFormat::vcd},
};

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

}  // namespace

TraceFormat trace_format(const std::string& path, const std::string& option) {
  std::string known;
  for (const Suffix& suffix : kSuffixes) {
    if (ends_with(path, suffix.text)) return suffix.format;
    known += (known.empty() ? "" : ", ") + std::string(suffix.text);
  }
  throw InputError(option + ": " + path + ": expected a name that ends in one of " + known);
}

std::unique_ptr<TraceWriter> make_trace_writer(TraceFormat format, const TraceHeader& header,
                                               OutputFile& file) {
  switch (format) {
    case TraceFormat::binary:
      return std::make_unique<BinaryWriter>(header, file);
    case TraceFormat::csv:
      return std::make_unique<CsvWriter>(header, file);
    case TraceFormat::dramsim3:
      return std::make_unique<Dramsim3Writer>(header, file);
    case TraceFormat::ramulator2:
      return std::make_unique<Ramulator2Writer>(file);
    case TraceFormat::stl:
      return std::make_unique<StlWriter>(header, file);
    case TraceFormat::perfetto:
      return std::make_unique<PerfettoWriter>(header, file);
    default:
      throw std::logic_error("make_trace_writer: a format of signals");
  }
}

}  // namespace hwcvp
