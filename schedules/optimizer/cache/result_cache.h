// Solved layers on disk, so that a layer that was searched in an earlier run costs nothing.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "schedules/optimizer/cache/search_claim.h"
#include "schedules/optimizer/optimizer.h"

namespace hwcvp {

// Results of optimize() in a folder, one file each, found by everything that decides them: the work of the
// layer (work_of()), the options (but time limit and cancellation, which only decide whether a search ends
// early) and kSolverVersion.
//
// Does not take a file's word: what does not parse, belongs to another question, is no legal schedule that
// meets the constraints, or differs from what predict_exact() says is left alone and reported, as is what is
// no file or cannot be read. A bound must lie between what is compulsory and what the schedule moves, and the
// result is optimal only where they and the objective say so; what lies between cannot be checked without the
// search, and a checksum guards it against damage, though not against forgery: the folder is trusted. Several
// processes may use one folder: files appear whole, and equal questions have equal answers.
class ResultCache {
 public:
  // To be raised with every change after which optimize() may return something else.
  static constexpr int kSolverVersion = 12;

  // Makes the folder where there is none. Throws InputError where that fails. `warn` takes one line for each
  // entry that is no use and each one that cannot be written; it may be called from any thread.
  ResultCache(std::string folder, std::function<void(const std::string& line)> warn);

  // What an earlier search found, with the seconds that this look took.
  std::optional<OptimizerResult> find(const Layer& layer, const OptimizerOptions& options) const;
  // Keeps the result of a search that finished; others are dropped.
  void store(const Layer& layer, const OptimizerOptions& options, const OptimizerResult& result) const;
  // find(), else optimize() and store().
  OptimizerResult solve(const Layer& layer, const OptimizerOptions& options) const;

  // A claim on the searches for this layer with all capacities, among the users of the folder that share
  // work. solve() does not ask for it.
  std::unique_ptr<SearchClaim> claim(const Layer& layer, const OptimizerOptions& options) const;

 private:
  std::string path(const nlohmann::json& question) const;

  std::string folder_;
  std::function<void(const std::string& line)> warn_;
};

}  // namespace hwcvp
