#include "platform/report/schedule_text.h"

#include <fmt/format.h>

namespace hwcvp {

namespace {

std::string buffers_at(const Schedule& schedule, size_t position) {
  std::string names;
  for (const Tensor tensor : kTensors) {
    if (static_cast<size_t>(schedule.level(tensor)) != position) continue;
    names += names.empty() ? "" : " ";
    names += schedule.double_buffer[index(tensor)] ? "2x" : "";
    names += to_string(tensor)[0];
  }
  return names.empty() ? "" : "[" + names + "]";
}

}  // namespace

std::string summary_text(const Schedule& schedule) {
  std::string text = buffers_at(schedule, 0);
  for (size_t i = 0; i < schedule.loops.size(); ++i) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : " ", to_string(schedule.loops[i].dim),
                        schedule.loops[i].tile);
    const std::string buffers = buffers_at(schedule, i + 1);
    text += (buffers.empty() ? "" : " ") + buffers;
  }
  return text + (schedule.input_reuse == InputReuse::reload ? " reload" : "");
}

}  // namespace hwcvp
