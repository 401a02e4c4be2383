// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/tile_trace.h"

#include <utility>

namespace cimarron {

namespace {

constexpr int kCountBits = 32;

}  // namespace

TileTrace::TileTrace(Waveform& wave, const std::string& path, std::function<TileStatus()> status,
                     std::function<TileActivity()> activity)
    : wave_(wave), status_(std::move(status)), activity_(std::move(activity)) {
    const auto add = [&](const char* name, int width) {
        return wave.add(path + '.' + name, width);
    };
    running_ = add("running", 1);
    fetch_state_ = add("fetch.state", 2);
    fetched_ = add("fetch.windows", kCountBits);
    issued_ = add("mvm.windows", kCountBits);
    busy_copies_ = add("mvm.busy_copies", kCountBits);
    post_state_ = add("post_processing.state", 2);
    posted_ = add("post_processing.windows", kCountBits);
    send_state_ = add("send.state", 1);
    queue_ = add("send.queue_bits", kCountBits);
    energy_ = wave.options().prices.tile.priced() ? wave.add_real(path + ".energy_j") : -1;
}

void TileTrace::show() {
    const TileStatus s = status_();
    const auto set = [&](int variable, auto value) {
        wave_.set(variable, static_cast<std::uint64_t>(value));
    };
    set(running_, s.running);
    set(fetch_state_, s.fetching ? 1 : s.register_full ? 2 : 0);
    set(fetched_, s.fetched);
    set(issued_, s.issued);
    set(busy_copies_, s.busy_copies);
    set(post_state_, s.post_blocked ? 2 : s.post_processing ? 1 : 0);
    set(posted_, s.handed_over);
    set(send_state_, s.sending);
    set(queue_, s.queued_bits);
    if (energy_ >= 0) wave_.set_real(energy_, wave_.options().prices.tile.joules(activity_()));
}

}  // namespace cimarron
