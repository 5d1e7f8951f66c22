#include "tests/support/stack/stack_walk.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace hwcvp::stack {

namespace {

using Lines = std::set<int64_t>;

// All lines from the first to the last one.
Lines filled(const Lines& lines) {
  Lines hull;
  if (lines.empty()) return hull;
  for (int64_t line = *lines.begin(); line <= *lines.rbegin(); ++line) hull.insert(line);
  return hull;
}

// The lines that one output line's window touches, one by one, without gaps filled.
void touch(const LineMap& map, int64_t out, int64_t extent, Lines& lines) {
  switch (map.kind) {
    case LineMap::Kind::window:
      for (int64_t k = 0; k < map.kernel; ++k) {
        const int64_t line = out * map.stride + k * map.dilation - map.pad;
        lines.insert(line);  // clipped once the hull is known
      }
      break;
    case LineMap::Kind::repeat:
      lines.insert(out / map.factor);
      break;
    case LineMap::Kind::all:
      for (int64_t line = 0; line < extent; ++line) lines.insert(line);
      break;
  }
}

Lines needs(const LineMap& map, const Lines& outputs, int64_t extent) {
  Lines lines;
  for (const int64_t out : outputs) touch(map, out, extent, lines);
  Lines existing;
  for (const int64_t line : filled(lines)) {
    if (line >= 0 && line < extent) existing.insert(line);
  }
  return existing;
}

struct Illegal {};

class Walk {
 public:
  Walk(const Network& network, const Schedule& schedule) : network_(network), schedule_(schedule) {}

  WalkedStack run() {
    find_roles();
    const size_t outer = index(schedule_.outer);
    const int64_t extent = tensor(output_of(schedule_.last())).lines[outer];
    for (size_t op = schedule_.first; op <= schedule_.last(); ++op) {
      result_.params_read += network_.operators[op].constant_bytes;
      if (const auto& product = network_.operators[op].product) {
        result_.params_read += product->params_bytes;
        if (chosen(op).resident) result_.weight_read += weights(*product);
      }
    }
    for (int64_t image = 0; image < network_.batch; ++image) {
      for (int64_t start = 0; start < extent; start += schedule_.outer_tile) {
        Lines strip;
        for (int64_t l = start; l < std::min(extent, start + schedule_.outer_tile); ++l) strip.insert(l);
        walk_strip(strip);
      }
    }
    check_outputs();
    find_capacity();
    return result_;
  }

 private:
  const Tensor& tensor(size_t t) const { return network_.tensors[t]; }
  size_t output_of(size_t op) const { return network_.operators[op].output; }
  const OperatorSchedule& chosen(size_t op) const { return schedule_.operators[op - schedule_.first]; }
  static int64_t weights(const Product& product) {
    return product.groups * product.out_channels * product.in_channels * product.kernel[0] *
           product.kernel[1] * product.weight_bytes;
  }

  void find_roles() {
    for (size_t op = schedule_.first; op <= schedule_.last(); ++op) {
      makers_[output_of(op)] = op;
      for (const size_t t : network_.operators[op].inputs) readers_[t].insert(op);
    }
    for (size_t op = schedule_.first; op < schedule_.last(); ++op) {
      if (readers_.count(output_of(op)) == 0) throw Illegal{};
    }
    written_.insert(output_of(schedule_.last()));
    for (const auto& [t, maker] : makers_) {
      for (const size_t output : network_.outputs) {
        if (output == t) written_.insert(t);
      }
      for (size_t op = schedule_.last() + 1; op < network_.operators.size(); ++op) {
        for (const size_t input : network_.operators[op].inputs) {
          if (input == t) written_.insert(t);
        }
      }
    }
  }

  void walk_strip(const Lines& strip) {
    const size_t outer = index(schedule_.outer);
    columns_.clear();
    held_.clear();
    gone_.clear();
    windows_.clear();
    columns_[output_of(schedule_.last())] = strip;
    for (size_t op = schedule_.last() + 1; op-- > schedule_.first;) {
      const Operator& reader = network_.operators[op];
      for (const size_t t : reader.inputs) {
        Lines range = needs(reader.maps[outer], columns_[reader.output], tensor(t).lines[outer]);
        range.insert(columns_[t].begin(), columns_[t].end());
        columns_[t] = filled(range);
      }
    }
    for (const auto& [t, columns] : columns_) {
      widest_[t] = std::max(widest_[t], static_cast<int64_t>(columns.size()));
    }
    const size_t last = schedule_.last();
    Lines all;
    for (int64_t l = 0; l < tensor(output_of(last)).lines[1 - outer]; ++l) all.insert(l);
    in_pieces(last, all, schedule_.inner_tile);
    write(output_of(last), all);
  }

  void in_pieces(size_t op, const Lines& lines, int64_t piece) {
    Lines part;
    for (const int64_t line : lines) {
      part.insert(line);
      if (static_cast<int64_t>(part.size()) != piece) continue;
      run_piece(op, part);
      part.clear();
    }
    if (!part.empty()) run_piece(op, part);
  }

  void run_piece(size_t op, const Lines& lines) {
    const Operator& runs = network_.operators[op];
    for (const size_t t : runs.inputs) {
      const size_t inner = 1 - index(schedule_.outer);
      windows_[t][op] = needs(runs.maps[inner], lines, tensor(t).lines[inner]);
    }
    for (const size_t t : runs.inputs) bring(t);
    ++runs_[op];
    largest_[op] = std::max(largest_[op], static_cast<int64_t>(lines.size()));
    if (!runs.product) return;
    if (!chosen(op).resident) result_.weight_read += weights(*runs.product);
    for (const int64_t line : lines) {
      (void)line;
      result_.macs += static_cast<int64_t>(columns_[runs.output].size()) * runs.product->groups *
                      runs.product->out_channels * runs.product->in_channels * runs.product->kernel[0] *
                      runs.product->kernel[1];
    }
  }

  void bring(size_t t) {
    if (columns_[t].empty()) return;
    Lines together;
    for (const auto& [op, window] : windows_[t]) together.insert(window.begin(), window.end());
    const Lines held = filled(together);
    const Lines before = held_[t];
    Lines fresh;
    for (const int64_t line : held) {
      if (before.count(line) == 0) fresh.insert(line);
    }
    for (const int64_t line : before) {
      if (held.count(line) == 0) gone_[t].insert(line);
    }
    held_[t] = held;
    most_held_[t] = std::max(most_held_[t], static_cast<int64_t>(held.size()));
    if (fresh.empty()) return;
    if (!before.empty() && *fresh.begin() < *before.begin()) throw Illegal{};
    for (const int64_t line : fresh) {
      if (gone_[t].count(line) != 0) throw Illegal{};
    }
    if (makers_.count(t) == 0) {
      result_.input_read += bytes_of(t, fresh);
    } else {
      in_pieces(makers_[t], fresh, chosen(makers_[t]).piece);
      if (written_.count(t) != 0) write(t, fresh);
    }
  }

  int64_t bytes_of(size_t t, const Lines& lines) {
    int64_t sum = 0;
    for (const int64_t line : lines) {
      (void)line;
      sum += static_cast<int64_t>(columns_[t].size()) * tensor(t).channels * tensor(t).element_bytes;
    }
    return sum;
  }

  void write(size_t t, const Lines& lines) {
    result_.output_write += bytes_of(t, lines);
    for (const int64_t line : lines) {
      for (const int64_t column : columns_[t]) elements_[t].insert({line, column});
    }
  }

  void check_outputs() const {
    for (const size_t t : written_) {
      const auto found = elements_.find(t);
      const auto there = found == elements_.end() ? 0 : static_cast<int64_t>(found->second.size());
      if (there != tensor(t).lines[0] * tensor(t).lines[1]) throw Illegal{};
    }
  }

  void find_capacity() {
    for (const auto& [t, lines] : most_held_) {
      result_.tensor_bytes += lines * widest_[t] * tensor(t).channels * tensor(t).element_bytes;
    }
    result_.capacity = result_.tensor_bytes;
    int64_t most = 0;
    for (size_t op = schedule_.first; op <= schedule_.last(); ++op) {
      const auto& product = network_.operators[op].product;
      result_.operators.emplace_back();
      if (!product) continue;
      WalkedOperator& walked = result_.operators.back();
      walked.weights = weights(*product);
      walked.runs = runs_[op];
      walked.accumulators = largest_[op] * widest_[output_of(op)] * product->accumulator_bytes;
      walked.kernel = product->kernel[0] * product->kernel[1] * product->weight_bytes;
      const OperatorSchedule& own = chosen(op);
      int64_t needed = own.portion.groups * own.portion.out_channels * largest_[op] * widest_[output_of(op)] *
                       product->accumulator_bytes;
      if (own.resident) {
        result_.capacity += weights(*product);
      } else {
        needed += own.portion.groups * own.portion.out_channels * own.portion.in_channels *
                  product->kernel[0] * product->kernel[1] * product->weight_bytes;
      }
      most = std::max(most, needed);
    }
    result_.capacity += most;
  }

  const Network& network_;
  const Schedule& schedule_;
  WalkedStack result_;
  std::map<size_t, size_t> makers_;
  std::map<size_t, std::set<size_t>> readers_;
  std::set<size_t> written_;
  std::map<size_t, int64_t> widest_, most_held_, largest_, runs_;
  std::map<size_t, std::set<std::pair<int64_t, int64_t>>> elements_;  // written
  // Of the strip.
  std::map<size_t, Lines> columns_, held_, gone_;
  std::map<size_t, std::map<size_t, Lines>> windows_;  // [tensor][operator]
};

}  // namespace

std::optional<WalkedStack> walk_stack(const Network& network, const Schedule& schedule) {
  try {
    return Walk(network, schedule).run();
  } catch (const Illegal&) {
    return std::nullopt;
  }
}

}  // namespace hwcvp::stack
