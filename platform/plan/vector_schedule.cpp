#include "platform/plan/vector_schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>

#include "schedules/traffic/exact_predictor.h"
#include "schedules/workload/error.h"

namespace hwcvp::plan {

namespace {

// Loads, work and stores of a job overlap where it is cut into some pieces, but tiny ones take longer to
// command than to run.
constexpr int64_t kPieces = 4;
constexpr int64_t kLeastPieceBytes = 4096;

BufferUse buffer_of(const VectorJob& job, const Schedule& schedule) {
  BufferUse use = buffer_use(job.layer, schedule);
  if (!job.settings.second_from_weights) use.bytes[index(Tensor::weight)] = 0;
  return use;
}

Schedule with_loops(const std::vector<Loop>& loops, bool doubled) {
  Schedule schedule;
  schedule.loops = loops;
  for (int& level : schedule.buffer_level) level = static_cast<int>(loops.size());
  schedule.double_buffer = {doubled, false, doubled};
  return schedule;
}

class Chooser {
 public:
  Chooser(const VectorJob& job, int64_t buffer_bytes) : job_(job), buffer_bytes_(buffer_bytes) {}

  Schedule run() const {
    for (const bool doubled : {true, false}) {
      if (auto schedule = tiled(doubled)) return *std::move(schedule);
    }
    if (job_.settings.operation == VectorOperation::sum) {
      if (auto schedule = window_in_parts()) return *std::move(schedule);
    }
    throw InputError(fmt::format("operator {}: expected at least {} bytes of buffer, found {}",
                                 job_.layer.name, bytes_of(with_loops(smallest(), false)), buffer_bytes_));
  }

 private:
  int64_t bytes_of(const Schedule& schedule) const { return buffer_of(job_, schedule).total(); }

  std::vector<Loop> images() const {
    return job_.layer.batch > 1 ? std::vector<Loop>{{Dim::B, 1}} : std::vector<Loop>{};
  }
  std::vector<Loop> smallest() const {
    std::vector<Loop> loops = images();
    for (const Dim dim : {Dim::G, Dim::OX, Dim::OY}) loops.push_back({dim, 1});
    return loops;
  }

  std::optional<Schedule> tiled(bool doubled) const {
    const int64_t all = bytes_of(with_loops(images(), doubled));
    const int64_t most = std::min(buffer_bytes_, std::max(all / kPieces, kLeastPieceBytes));
    std::vector<Loop> outer = images();
    for (const auto& [fixed, dim] :
         {std::pair{std::optional<Loop>{}, Dim::G}, {Loop{Dim::G, 1}, Dim::OY}, {std::nullopt, Dim::OX}}) {
      if (fixed) outer.push_back(*fixed);
      // A strip is walked line by line.
      const std::vector<Loop> inner = dim == Dim::OX ? std::vector<Loop>{{Dim::OY, 1}} : std::vector<Loop>{};
      if (auto schedule = widest(outer, dim, inner, most, doubled)) return schedule;
    }
    // Pieces as small as that may not be there.
    Schedule least = with_loops(smallest(), doubled);
    if (bytes_of(least) <= buffer_bytes_) return least;
    return std::nullopt;
  }

  // The largest tile of a dimension that takes no more than `most` bytes.
  std::optional<Schedule> widest(std::vector<Loop> outer, Dim dim, const std::vector<Loop>& inner,
                                 int64_t most, bool doubled) const {
    const auto with_tile = [&](int64_t tile) {
      std::vector<Loop> loops = outer;
      loops.push_back({dim, tile});
      loops.insert(loops.end(), inner.begin(), inner.end());
      return with_loops(loops, doubled);
    };
    int64_t low = 0;
    int64_t high = job_.layer.extent(dim);
    while (low < high) {
      const int64_t middle = low + (high - low + 1) / 2;
      if (bytes_of(with_tile(middle)) <= most) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    if (low == 0) return std::nullopt;
    return with_tile(low);
  }

  std::optional<Schedule> window_in_parts() const {
    std::vector<Loop> outer = smallest();
    const int kept = static_cast<int>(outer.size());
    for (const auto& [fixed, dim] :
         {std::pair{std::optional<Loop>{}, Dim::FY}, {std::optional<Loop>{Loop{Dim::FY, 1}}, Dim::FX}}) {
      if (fixed) outer.push_back(*fixed);
      auto schedule = widest(outer, dim, {}, buffer_bytes_, false);
      if (!schedule) continue;
      schedule->buffer_level[index(Tensor::output)] = kept;
      if (bytes_of(*schedule) <= buffer_bytes_) return schedule;
    }
    return std::nullopt;
  }

  const VectorJob& job_;
  const int64_t buffer_bytes_;
};

}  // namespace

Prediction predict(const VectorJob& job, const Schedule& schedule) {
  Prediction prediction = predict_exact(job.layer, schedule);
  if (!job.settings.second_from_weights) prediction.traffic.weight_read = 0;
  prediction.traffic.params_read = static_cast<int64_t>(job.settings.table.size());
  prediction.buffer = buffer_of(job, schedule);
  return prediction;
}

Schedule choose_schedule(const VectorJob& job, int64_t buffer_bytes) {
  return Chooser(job, buffer_bytes).run();
}

}  // namespace hwcvp::plan
