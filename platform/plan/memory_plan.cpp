#include "platform/plan/memory_plan.h"

#include <algorithm>
#include <optional>

namespace hwcvp::plan {

using graph::Engine;
using graph::Graph;
using graph::Operator;
using graph::ValueIndex;

namespace {

int64_t size_bytes(const graph::Value& value) { return element_count(value.shape) * bytes(value.type); }

// Whether parts of a tensor along an axis are dense: all before it is of one element.
bool leading(const Shape& shape, size_t axis) {
  return std::all_of(shape.begin(), shape.begin() + static_cast<std::ptrdiff_t>(axis),
                     [](int64_t extent) { return extent == 1; });
}

// Bytes from the start of a slice's input to its output, where that is one dense run of it.
std::optional<int64_t> dense_offset(const Graph& graph, const Operator& op, const graph::Slice& slice) {
  const Shape& in = graph.values[op.inputs[0]].shape;
  const Shape& out = graph.values[op.output].shape;
  int64_t offset = 0;
  int64_t stride = bytes(graph.values[op.output].type);
  for (size_t axis = in.size(); axis-- > 0; stride *= in[axis]) {
    const bool whole = out[axis] == in[axis];
    if (!whole && (slice.steps[axis] != 1 || !leading(out, axis))) return std::nullopt;
    offset += slice.starts[axis] * stride;
  }
  return offset;
}

class MemoryPlanner {
 public:
  MemoryPlanner(const Graph& graph, int64_t alignment, const std::vector<Together>& together)
      : graph_(graph), alignment_(alignment), together_(together), spans_(graph.operators.size()) {
    plan_.places.resize(graph.values.size());
    held_.resize(graph.values.size(), false);
    for (size_t i = 0; i < spans_.size(); ++i) spans_[i] = {i, i, false};
    for (const Together& group : together) {
      for (size_t i = group.first; i <= group.last; ++i) spans_[i] = {group.first, group.last, true};
    }
  }

  MemoryPlan run() {
    find_held();
    for (ValueIndex v = 0; v < graph_.values.size(); ++v) plan_.places[v].root = v;
    // A concatenation first gives its parts a place, then what they are views of may follow them.
    for (size_t i = graph_.operators.size(); i-- > 0;) {
      if (!runs_together(i)) share(graph_.operators[i]);
    }
    find_lifetimes();
    place_roots();
    std::vector<Place> places = plan_.places;
    for (ValueIndex v = 0; v < graph_.values.size(); ++v) {
      if (held_[v] && plan_.places[v].root != v) places[v] = resolved(v);
    }
    plan_.places = std::move(places);
    return std::move(plan_);
  }

 private:
  // When an operator runs: with those from `first` to `last`.
  struct Span {
    size_t first, last;
    bool together;
  };

  bool on_engine(size_t i) const {
    const Engine engine = graph::engine_of(graph_.operators[i]);
    return engine == Engine::compute || engine == Engine::vector;
  }
  bool runs_together(size_t i) const { return spans_[i].together && on_engine(i); }

  // What the machine's engines read from memory or write there.
  void find_held() {
    for (size_t i = 0; i < graph_.operators.size(); ++i) {
      if (!on_engine(i) || runs_together(i)) continue;
      for (const ValueIndex v : graph_.operators[i].inputs) held_[v] = true;
      held_[graph_.operators[i].output] = true;
    }
    for (const Together& group : together_) {
      for (const ValueIndex v : group.moved) held_[v] = true;
    }
    // Views of what the machine holds, in both directions.
    for (bool changed = true; changed;) {
      changed = false;
      for (const Operator& op : graph_.operators) {
        if (graph::engine_of(op) != Engine::none || held_[op.inputs[0]] == held_[op.output]) continue;
        held_[op.inputs[0]] = held_[op.output] = changed = true;
      }
    }
    for (ValueIndex v = 0; v < graph_.values.size(); ++v) {
      if (held_[v]) plan_.places[v].bytes = size_bytes(graph_.values[v]);
    }
  }

  void share(const Operator& op) {
    if (std::holds_alternative<graph::View>(op.action) && held_[op.output]) {
      if (!lie_in(op.output, op.inputs[0], 0)) lie_in(op.inputs[0], op.output, 0);
    } else if (const auto* concat = std::get_if<graph::Concat>(&op.action)) {
      share_concat(op, concat->axis);
    } else if (const auto* slice = std::get_if<graph::Slice>(&op.action)) {
      share_slice(op, *slice);
    }
  }

  void share_concat(const Operator& op, size_t axis) {
    const Shape& shape = graph_.values[op.output].shape;
    if (!leading(shape, axis)) return;
    int64_t offset = 0;
    for (const ValueIndex input : op.inputs) {
      lie_in(input, op.output, offset);
      offset += plan_.places[input].bytes;
    }
  }

  void share_slice(const Operator& op, const graph::Slice& slice) {
    if (const auto offset = dense_offset(graph_, op, slice)) lie_in(op.output, op.inputs[0], *offset);
  }

  // Makes `inner` a part of `outer`; false where it is a part of something already, or what `outer` lies in.
  bool lie_in(ValueIndex inner, ValueIndex outer, int64_t offset) {
    if (plan_.places[inner].root != inner || root_of(outer) == inner) return false;
    plan_.places[inner].root = outer;
    plan_.places[inner].offset = offset;
    return true;
  }

  ValueIndex root_of(ValueIndex v) const {
    while (plan_.places[v].root != v) v = plan_.places[v].root;
    return v;
  }

  Place resolved(ValueIndex v) const {
    Place place = plan_.places[v];
    while (plan_.places[place.root].root != place.root) {
      place.offset += plan_.places[place.root].offset;
      place.root = plan_.places[place.root].root;
    }
    const Place& root = plan_.places[place.root];
    place.offset += root.offset;
    place.first = root.first;
    place.last = root.last;
    return place;
  }

  void find_lifetimes() {
    for (Place& place : plan_.places) {
      place.first = graph_.operators.size();
      place.last = 0;
    }
    const auto use = [this](ValueIndex v, size_t from, size_t to) {
      Place& root = plan_.places[root_of(v)];
      root.first = std::min(root.first, from);
      root.last = std::max(root.last, to);
    };
    for (size_t i = 0; i < graph_.operators.size(); ++i) {
      for (const ValueIndex v : graph_.operators[i].inputs) use(v, spans_[i].first, spans_[i].last);
      use(graph_.operators[i].output, spans_[i].first, spans_[i].last);
    }
    for (const Together& group : together_) {
      for (const ValueIndex v : group.moved) use(v, group.first, group.last);
    }
    for (const ValueIndex v : graph_.inputs) use(v, 0, 0);
    for (const graph::Constant& constant : graph_.constants) use(constant.value, 0, 0);
    for (const ValueIndex v : graph_.outputs) use(v, graph_.operators.size(), graph_.operators.size());
    // What the host makes of an input is there before the first operator of the machine, and what it reads at
    // the end must still be there.
    for (const Operator& op : graph_.operators) {
      if (graph::engine_of(op) != Engine::host) continue;
      if (held_[op.output]) use(op.output, 0, 0);
      for (const ValueIndex v : op.inputs) {
        if (held_[v]) use(v, graph_.operators.size(), graph_.operators.size());
      }
    }
  }

  void place_roots() {
    std::vector<ValueIndex> roots;
    for (ValueIndex v = 0; v < plan_.places.size(); ++v) {
      if (held_[v] && plan_.places[v].root == v) roots.push_back(v);
    }
    const auto& places = plan_.places;
    std::stable_sort(roots.begin(), roots.end(),
                     [&places](ValueIndex a, ValueIndex b) { return places[a].bytes > places[b].bytes; });
    std::vector<ValueIndex> placed;  // by ascending offset
    for (const ValueIndex v : roots) {
      Place& place = plan_.places[v];
      int64_t offset = 0;
      for (const ValueIndex other : placed) {
        const Place& taken = plan_.places[other];
        if (taken.last < place.first || place.last < taken.first) continue;
        if (offset + place.bytes <= taken.offset) break;
        offset = std::max(offset, aligned(taken.offset + taken.bytes));
      }
      place.offset = offset;
      plan_.peak_bytes = std::max(plan_.peak_bytes, offset + place.bytes);
      const auto after = std::upper_bound(
          placed.begin(), placed.end(), v,
          [&places](ValueIndex a, ValueIndex b) { return places[a].offset < places[b].offset; });
      placed.insert(after, v);
    }
  }

  int64_t aligned(int64_t offset) const { return (offset + alignment_ - 1) / alignment_ * alignment_; }

  const Graph& graph_;
  const int64_t alignment_;
  const std::vector<Together>& together_;
  std::vector<Span> spans_;  // of each operator
  std::vector<bool> held_;
  MemoryPlan plan_;
};

}  // namespace

MemoryPlan plan_memory(const Graph& graph, int64_t alignment, const std::vector<Together>& together) {
  return MemoryPlanner(graph, alignment, together).run();
}

bool moves_nothing(const Graph& graph, const Operator& op, const MemoryPlan& plan, size_t input) {
  const Place& from = plan.places[op.inputs[input]];
  const Place& to = plan.places[op.output];
  if (from.root != to.root) return false;
  if (const auto* slice = std::get_if<graph::Slice>(&op.action)) {
    const auto offset = dense_offset(graph, op, *slice);
    return offset && to.offset == from.offset + *offset;
  }
  if (std::holds_alternative<graph::View>(op.action)) return from.offset == to.offset;
  if (!std::holds_alternative<graph::Concat>(op.action)) return false;
  int64_t offset = to.offset;
  for (size_t i = 0; i < input; ++i) offset += size_bytes(graph.values[op.inputs[i]]);
  return from.offset == offset;
}

}  // namespace hwcvp::plan
