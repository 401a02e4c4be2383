// SPDX-License-Identifier: Apache-2.0
#include "sim/result/result_tree.h"

#include "sim/result/finding.h"

namespace cimarron {

Json result_tree(const Outcome& outcome, const Priced& priced, const std::vector<Check>& checks) {
    const PricedRanges open = ranges(outcome);
    const Finding finding{outcome, priced, open, checks};
    Json tree = Json::object();
    for (const Fields<Finding>& group :
         {figure_fields(), layer_fields(), component_fields(), account_fields()})
        tree.update(tree_of(group, finding));
    return tree;
}

}  // namespace cimarron
