#include "schedules/predictors/earlier_model.h"
#include "schedules/predictors/cecconi2017.h"
#include "schedules/predictors/peemen2013.h"
#include "schedules/predictors/peemen2015.h"
#include "schedules/predictors/smartshuttle2018.h"
#include "schedules/predictors/stoutchinin2019.h"
#include "schedules/predictors/waeijen2019.h"
#include "schedules/predictors/wolflam1991.h"
#include "schedules/predictors/yang2016.h"
#include "schedules/predictors/zhang2015.h"

namespace hwcvp {

namespace {

struct Entry {
  const char* name;
  std::unique_ptr<EarlierModel> (*make)();
};

template <typename T>
std::unique_ptr<EarlierModel> make() {
  return std::make_unique<T>();
}

// By year.
constexpr Entry kModels[] = {
    {"wolflam1991", make<WolfLam1991>},
    {"peemen2013", make<Peemen2013>},
    {"zhang2015", make<Zhang2015>},
    {"peemen2015", make<Peemen2015>},
    {"yang2016", make<Yang2016>},
    {"cecconi2017", make<Cecconi2017>},
    {"smartshuttle2018", make<SmartShuttle2018>},
    {"waeijen2019", make<Waeijen2019>},
    {"stoutchinin2019", make<Stoutchinin2019>},
};

}  // namespace

std::vector<std::string> earlier_model_names() {
  std::vector<std::string> names;
  for (const Entry& entry : kModels) names.emplace_back(entry.name);
  return names;
}

std::unique_ptr<EarlierModel> make_earlier_model(const std::string& name) {
  for (const Entry& entry : kModels) {
    if (name == entry.name) return entry.make();
  }
  return nullptr;
}

}  // namespace hwcvp
