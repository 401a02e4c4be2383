// SPDX-License-Identifier: Apache-2.0
#include "tests/support/vcd_reader.h"

#include <fstream>
#include <stdexcept>

namespace cimarron::test {

namespace {

std::string joined(const std::vector<std::string>& scopes, const std::string& name) {
    std::string path;
    for (const std::string& scope : scopes) path += scope + '.';
    return path + name;
}

}  // namespace

const std::string& Vcd::Snapshot::bits(const std::string& path) const {
    return values_[index_->at(path)];
}

std::uint64_t Vcd::Snapshot::number(const std::string& path) const {
    const std::string& text = bits(path);
    return text.empty() ? 0 : std::stoull(text, nullptr, 2);
}

double Vcd::Snapshot::real(const std::string& path) const {
    return std::stod(bits(path));
}

std::vector<std::string> Vcd::variables() const {
    std::vector<std::string> paths;
    for (const auto& [path, variable] : index_) paths.push_back(path);
    return paths;
}

Vcd::Vcd(const std::filesystem::path& file) {
    std::ifstream in(file);
    if (!in) throw std::runtime_error("cannot open " + file.string());
    std::map<std::string, std::size_t> by_id;
    std::vector<std::string> scopes;
    std::string token;
    const auto next = [&] {
        std::string t;
        if (!(in >> t)) throw std::runtime_error("truncated header");
        return t;
    };
    const auto skip_to_end = [&] {
        while (next() != "$end") {
        }
    };
    while (in >> token && token != "$enddefinitions") {
        if (token == "$scope") {
            next();
            scopes.push_back(next());
        } else if (token == "$upscope") {
            scopes.pop_back();
        } else if (token == "$var") {
            next();
            next();
            const std::string id = next();
            const std::size_t variable = index_.size();
            if (!index_.emplace(joined(scopes, next()), variable).second)
                throw std::runtime_error("a variable twice");
            by_id[id] = variable;
        }
        skip_to_end();
    }
    if (!scopes.empty()) throw std::runtime_error("scopes not closed");
    skip_to_end();
    while (in >> token) {
        if (token[0] == '#') {
            const std::int64_t time = std::stoll(token.substr(1));
            if (!times_.empty() && time < last_time()) throw std::runtime_error("time runs back");
            if (times_.empty() || time > last_time()) times_.push_back({time, {}});
        } else if (token[0] == 'b' || token[0] == 'r') {
            times_.back().second.push_back({by_id.at(next()), token.substr(1)});
        } else if (token[0] == '0' || token[0] == '1') {
            times_.back().second.push_back({by_id.at(token.substr(1)), token.substr(0, 1)});
        } else if (token == "$comment") {
            skip_to_end();
        } else if (token != "$dumpvars" && token != "$end") {
            throw std::runtime_error("unexpected " + token);
        }
    }
}

Vcd::Snapshot Vcd::initial() const {
    Snapshot snapshot;
    snapshot.index_ = &index_;
    snapshot.values_.resize(index_.size());
    return snapshot;
}

Vcd::Snapshot Vcd::at(std::int64_t time) const {
    Snapshot snapshot = initial();
    for (const auto& [t, changes] : times_) {
        if (t > time) break;
        for (const Change& change : changes) snapshot.values_[change.variable] = change.bits;
    }
    return snapshot;
}

void Vcd::for_each_time(
    const std::function<void(const Snapshot& now, const Snapshot& before)>& f) const {
    Snapshot now = initial();
    Snapshot before = now;
    for (const auto& [time, changes] : times_) {
        for (const Change& change : changes) now.values_[change.variable] = change.bits;
        now.time_ = time;
        f(now, before);
        before.time_ = time;
        for (const Change& change : changes) before.values_[change.variable] = change.bits;
    }
}

}  // namespace cimarron::test
