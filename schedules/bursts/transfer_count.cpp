#include "schedules/bursts/transfer_count.h"

#include <algorithm>
#include <numeric>

namespace hwcvp {

namespace {

int64_t bit_count(int64_t value) { return __builtin_popcountll(static_cast<uint64_t>(value)); }

// Pieces of [first, end) between multiples of `unit`.
int64_t pieces(int64_t first, int64_t end, int64_t unit) { return (end - 1) / unit - first / unit + 1; }

// Pieces of [first, end) that are powers of two of at most `unit`, each at a multiple of itself.
int64_t aligned_pieces(int64_t first, int64_t end, int64_t unit) {
  const int64_t mask = unit - 1;
  const int64_t up = (first + mask) & ~mask;
  const int64_t down = end & ~mask;
  if (up <= down) return bit_count(up - first) + (down - up) / unit + bit_count(end - down);
  // Within one unit: the pieces grow up to the multiple of the largest power of two inside, and shrink behind
  // it.
  const int64_t top = int64_t{1} << (63 - __builtin_clzll(static_cast<uint64_t>(first ^ end)));
  const int64_t middle = end & ~(top - 1);
  return bit_count(middle - first) + bit_count(end - middle);
}

int64_t pieces(int64_t first, int64_t bytes, int64_t unit, bool aligned) {
  return aligned ? aligned_pieces(first, first + bytes, unit) : pieces(first, first + bytes, unit);
}

// Bursts end at multiples of the burst size, so cutting them further at the words of the bus gives the beats;
// where words are not smaller than bursts, each burst takes one.
int64_t beat_unit(const BurstRules& rules) { return std::min(rules.max_burst_bytes, rules.bus_width_bytes); }

// Along which a box is more than one element.
struct Direction {
  int64_t stride;  // bytes
  int64_t count;
};

// Boxes of one shape: their runs, less where these start.
struct RunShape {
  int64_t run_bytes;
  std::vector<Direction> across;  // from run to run
};

// Axes join a run as long as their elements follow one another without a gap.
RunShape run_shape(std::vector<Direction> directions, int64_t element_bytes) {
  std::sort(directions.begin(), directions.end(),
            [](const Direction& a, const Direction& b) { return a.stride < b.stride; });
  RunShape shape{element_bytes, {}};
  auto next = directions.begin();
  for (; next != directions.end() && next->stride == shape.run_bytes; ++next) shape.run_bytes *= next->count;
  shape.across.assign(next, directions.end());
  return shape;
}

// How many runs start at each address modulo the burst size: place i stands for the address first + i *
// grain.
class StartHistogram {
 public:
  StartHistogram(int64_t first, int64_t grain, int64_t modulus)
      : first_(first), grain_(grain), modulus_(modulus), counts_(static_cast<size_t>(modulus / grain)) {
    counts_[0] = 1;
    used_ = {0};
  }

  // Moves every start by each of the offsets, the first one of which is part of `first` already.
  void spread(const std::map<int64_t, int64_t>& offsets) {
    const int64_t origin = offsets.begin()->first;
    std::vector<int64_t> sum(counts_.size());
    std::vector<size_t> touched;
    for (const size_t place : used_) {
      for (const auto& [offset, times] : offsets) {
        add(sum, touched, wrap(static_cast<int64_t>(place) + (offset - origin) / grain_),
            counts_[place] * times);
      }
    }
    counts_.swap(sum);
    used_.swap(touched);
  }

  // Moves every start by 0, 1, ... count - 1 times the stride.
  void spread(const Direction& direction) {
    const auto places = static_cast<int64_t>(counts_.size());
    const int64_t step = direction.stride / grain_ % places;
    const int64_t period = places / std::gcd(places, step);
    const int64_t rounds = direction.count / period;
    const int64_t rest = direction.count % period;
    std::vector<int64_t> sum(counts_.size());
    std::vector<size_t> touched;
    if (rounds == 0 && static_cast<int64_t>(used_.size()) * rest <= places) {
      for (const size_t place : used_) {
        auto at = static_cast<int64_t>(place);
        for (int64_t i = 0; i < rest; ++i, at = wrap(at + step).place)
          add(sum, touched, {at}, counts_[place]);
      }
    } else {
      for (int64_t orbit = 0; orbit < places / period; ++orbit)
        spread_orbit(orbit, step, period, rounds, rest, sum);
      for (size_t place = 0; place < sum.size(); ++place) {
        if (sum[place] != 0) touched.push_back(place);
      }
    }
    counts_.swap(sum);
    used_.swap(touched);
  }

  // Sum of cost(start) over all starts.
  template <typename Cost>
  int64_t sum(const Cost& cost) const {
    int64_t total = 0;
    for (const size_t place : used_) {
      total += counts_[place] * cost((first_ + static_cast<int64_t>(place) * grain_) & (modulus_ - 1));
    }
    return total;
  }

 private:
  struct Place {
    int64_t place;
  };
  Place wrap(int64_t place) const {
    const auto places = static_cast<int64_t>(counts_.size());
    return {((place % places) + places) % places};
  }
  static void add(std::vector<int64_t>& sum, std::vector<size_t>& touched, Place at, int64_t count) {
    int64_t& entry = sum[static_cast<size_t>(at.place)];
    if (entry == 0) touched.push_back(static_cast<size_t>(at.place));
    entry += count;
  }

  // The places that one can reach from another by steps: a window of `rest` of them slides around.
  void spread_orbit(int64_t start, int64_t step, int64_t period, int64_t rounds, int64_t rest,
                    std::vector<int64_t>& sum) const {
    const auto places = static_cast<int64_t>(counts_.size());
    const auto at = [&](int64_t place) { return counts_[static_cast<size_t>(place)]; };
    const auto next = [&](int64_t place) {
      return place + step < places ? place + step : place + step - places;
    };
    int64_t all = 0;
    int64_t window = 0;  // of the `rest` places that end before `leading`
    int64_t leading = start;
    for (int64_t i = 0; i < period; ++i, leading = next(leading)) {
      all += at(leading);
      if (i < rest) window += at(leading);
    }
    leading = start;
    for (int64_t i = 0; i < rest; ++i) leading = next(leading);
    int64_t trailing = start;
    int64_t target = start;  // the last place of the window
    for (int64_t i = 0; i + 1 < rest; ++i) target = next(target);
    for (int64_t i = 0; i < period; ++i) {
      sum[static_cast<size_t>(target)] = rounds * all + window;
      window += at(leading) - at(trailing);
      leading = next(leading);
      trailing = next(trailing);
      target = next(target);
    }
  }

  int64_t first_;
  int64_t grain_;
  int64_t modulus_;
  std::vector<int64_t> counts_;
  std::vector<size_t> used_;  // places whose count is not 0
};

}  // namespace

TransferCount& TransferCount::operator+=(const TransferCount& other) {
  runs += other.runs;
  bursts += other.bursts;
  beats += other.beats;
  return *this;
}

TransferCount& TransferCount::operator-=(const TransferCount& other) { return *this += -1 * other; }

TransferCount operator*(int64_t times, const TransferCount& count) {
  return {times * count.runs, times * count.bursts, times * count.beats};
}

bool operator==(const TransferCount& a, const TransferCount& b) {
  return a.runs == b.runs && a.bursts == b.bursts && a.beats == b.beats;
}

TransferCount count_run(int64_t address, int64_t bytes, const BurstRules& rules) {
  if (bytes == 0) return {};
  return {1, pieces(address, bytes, rules.max_burst_bytes, rules.aligned_bursts),
          pieces(address, bytes, beat_unit(rules), rules.aligned_bursts)};
}

void AxisIntervals::add(const Interval& interval, int64_t times) {
  if (interval.count == 0 || times == 0) return;
  const auto& blocks = tensor_->strides.blocks;
  if (!blocks || blocks->axis != axis_) {
    add_part(interval.first, {interval.count, 1}, times);
    return;
  }
  const int64_t size = blocks->size;
  int64_t first = interval.first;
  int64_t left = interval.count;
  if (first % size != 0 || left < size) {
    const int64_t part = std::min(left, size - first % size);
    add_part(first, {part, 1}, times);
    first += part;
    left -= part;
  }
  if (left >= size) {
    add_part(first, {size, left / size}, times);
    first += left / size * size;
    left %= size;
  }
  if (left > 0) add_part(first, {left, 1}, times);
}

void AxisIntervals::add_part(int64_t first, const Shape& shape, int64_t times) {
  classes_[shape][tensor_->strides.offset(axis_, first) & (modulus_ - 1)] += times;
}

TransferCount count_boxes(const TensorInMemory& tensor, const PerTensorAxis<const AxisIntervals*>& intervals,
                          const BurstRules& rules) {
  const int64_t modulus = rules.max_burst_bytes;
  TransferCount total;
  PerTensorAxis<const std::pair<const AxisIntervals::Shape, AxisIntervals::Starts>*> chosen{};

  const auto count_chosen = [&] {
    std::vector<Direction> directions;
    int64_t boxes = 1;
    int64_t first = tensor.base;
    int64_t grain = modulus;
    for (size_t axis = 0; axis < kTensorAxes; ++axis) {
      const auto& [shape, starts] = *chosen[axis];
      const int64_t stride = tensor.strides.stride[axis];
      if (shape.first > 1) directions.push_back({stride, shape.first});
      if (shape.second > 1) directions.push_back({tensor.strides.blocks->stride, shape.second});
      int64_t times = 0;
      for (const auto& [offset, count] : starts) {
        times += count;
        grain = std::gcd(grain, offset - starts.begin()->first);
      }
      boxes *= times;
      first += starts.begin()->first;
    }
    const RunShape shape = run_shape(std::move(directions), tensor.element_bytes);
    int64_t runs = boxes;
    for (const Direction& direction : shape.across) {
      runs *= direction.count;
      grain = std::gcd(grain, direction.stride);
    }
    StartHistogram histogram(first, grain, modulus);
    for (const auto* axis : chosen) histogram.spread(axis->second);
    for (const Direction& direction : shape.across) histogram.spread(direction);
    const auto cost = [&](int64_t unit) {
      return histogram.sum(
          [&](int64_t start) { return pieces(start, shape.run_bytes, unit, rules.aligned_bursts); });
    };
    total += {runs, cost(modulus), cost(beat_unit(rules))};
  };
  const auto choose = [&](const auto& self, size_t axis) -> void {
    if (axis == kTensorAxes) return count_chosen();
    for (const auto& shape : intervals[axis]->classes_) {
      chosen[axis] = &shape;
      self(self, axis + 1);
    }
  };
  choose(choose, 0);
  return total;
}

TransferCount count_box(const TensorInMemory& tensor, const PerTensorAxis<Interval>& box,
                        const BurstRules& rules) {
  std::vector<AxisIntervals> axes;
  axes.reserve(kTensorAxes);
  PerTensorAxis<const AxisIntervals*> intervals{};
  for (size_t axis = 0; axis < kTensorAxes; ++axis) {
    axes.emplace_back(tensor, axis, rules).add(box[axis]);
    intervals[axis] = &axes.back();
  }
  return count_boxes(tensor, intervals, rules);
}

}  // namespace hwcvp
