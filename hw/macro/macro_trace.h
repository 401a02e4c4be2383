// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/macro/macro_datapath.h"
#include "hw/trace/vcd_writer.h"

#include <string>
#include <vector>

namespace cimarron {

// A macro's waveform. Below the macro's instance path:
//   word_line_driver: state (0 idle, 1 drive, 2 settle, 3 wait, 4 sample, 5 hold), slice,
//   row_group, lines column_mux:       position being converted adc:              converting, and
//   of the last finished conversion: position, code_0 ... shift_adder:      additions
//   (conversions finished in this MVM), partial_sum_0 ... control:          mvm (number of MVMs
//   begun), done
class MacroTrace {
public:
    MacroTrace(VcdWriter& writer, const std::string& path, const MacroDatapath& datapath,
               const MacroParams& params);

    void word_lines(int state, int slice, int group, std::int64_t cycle);
    void evaluated(std::int64_t cycle);
    void conversion_begins(int slice, int group, std::int64_t cycle);
    void converted(int position, std::int64_t cycle);
    void conversion_ends(std::int64_t cycle);
    void finished(std::int64_t cycle);

private:
    VcdWriter& writer_;
    const MacroDatapath& datapath_;
    int state_, slice_, row_group_, lines_, samples_, held_slice_, held_row_group_, position_,
        converting_, adc_position_;
    int additions_, mvm_, done_;
    std::uint64_t samples_value_ = 0;
    std::uint64_t additions_value_ = 0;
    std::vector<int> codes_;
    std::vector<int> partial_sums_;
};

}  // namespace cimarron
