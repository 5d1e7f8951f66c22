// Traces as files, in several formats.
#pragma once

#include <memory>
#include <string>

#include "platform/trace/trace_record.h"
#include "schedules/files/output_file.h"

namespace hwcvp {

// A format of trace files. Memory does not grow with the number of records. Nothing here throws; the file
// remembers what went wrong.
class TraceWriter {
 public:
  TraceWriter() = default;
  virtual ~TraceWriter() = default;
  TraceWriter(const TraceWriter&) = delete;
  TraceWriter& operator=(const TraceWriter&) = delete;

  // The records that follow belong to this layer.
  virtual void begin_layer(const std::string& name) = 0;
  // Records come in the order of their start, as a rule.
  virtual void write(const TraceRecord& record) = 0;
  // Writes what ends the file. Nothing may follow.
  virtual void finish() = 0;
};

enum class TraceFormat { binary, csv, dramsim3, ramulator2, stl, perfetto, vcd };

// By the path's suffix. Throws InputError, with the list of suffixes, where there is no format for it; the
// line begins with `option`.
TraceFormat trace_format(const std::string& path, const std::string& option);

// A writer of any format of transactions, that is of all but vcd. The file must outlive it.
std::unique_ptr<TraceWriter> make_trace_writer(TraceFormat format, const TraceHeader& header,
                                               OutputFile& file);

}  // namespace hwcvp
