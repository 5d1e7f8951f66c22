#include "platform/trace/vcd_writer.h"

#include <fmt/format.h>

#include "platform/host/text_field.h"

namespace hwcvp {

VcdWriter::VcdWriter(const std::string& scope, const std::vector<Signal>& signals, OutputFile& file)
    : file_(file) {
  std::string head = fmt::format("$version hwcvp $end\n$timescale 1 ps $end\n$scope module {} $end\n", scope);
  char id = '!';  // printable characters up to '~' are allowed
  for (const Signal& signal : signals) {
    signals_.push_back({std::string(1, id++), signal.width, signal.value, signal.value});
    const std::string range = signal.width > 1 ? fmt::format(" [{}:0]", signal.width - 1) : "";
    head += fmt::format("$var wire {} {} {}{} $end\n", signal.width, signals_.back().id, signal.name, range);
  }
  head += "$upscope $end\n$enddefinitions $end\n#0\n$dumpvars\n";
  file_.append(head.data(), head.size());
  for (const State& state : signals_) dump(state);
  file_.append("$end\n", 5);
}

void VcdWriter::dump(const State& state) {
  char* out = file_.reserve();
  if (state.width == 1) {
    *out++ = state.value != 0 ? '1' : '0';
  } else {
    *out++ = 'b';
    unsigned bit = state.width - 1;
    while (bit > 0 && (state.value >> bit & 1) == 0) --bit;  // leading zeros need not be written
    for (++bit; bit > 0; --bit) *out++ = (state.value >> (bit - 1) & 1) != 0 ? '1' : '0';
    *out++ = ' ';
  }
  out = put_text(out, state.id);
  *out++ = '\n';
  file_.end(out);
}

void VcdWriter::change(size_t signal, uint64_t value, uint64_t time_ps) {
  if (time_ps != time_ps_) write_changes();
  time_ps_ = time_ps;
  signals_[signal].value = value;
}

void VcdWriter::write_changes() {
  bool timed = false;
  for (State& state : signals_) {
    if (state.value == state.written) continue;
    if (!timed) write_time(time_ps_);
    timed = true;
    dump(state);
    state.written = state.value;
  }
}

void VcdWriter::write_time(uint64_t time_ps) {
  char* out = file_.reserve();
  *out++ = '#';
  out = put_decimal(out, time_ps);
  *out++ = '\n';
  file_.end(out);
}

void VcdWriter::finish(uint64_t time_ps) {
  write_changes();
  write_time(time_ps);
}

}  // namespace hwcvp
