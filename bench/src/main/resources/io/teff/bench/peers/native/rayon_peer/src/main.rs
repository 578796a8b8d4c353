// SPDX-License-Identifier: Apache-2.0
//
// Rayon: join, spawn from outside, and a parallel iterator. Called and printing like peer.hpp.
use rayon::prelude::*;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

const WINDOW: i64 = 1 << 14; // tasks in flight at most, as in peer.hpp
const CHUNK: i64 = 1 << 10;

struct Outcome {
    answer: i64,
    ns: f64,
    percentiles: Vec<(&'static str, f64)>,
}

fn pool(workers: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new()
        .num_threads(workers)
        .build()
        .expect("a thread pool")
}

fn timed<T>(f: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let result = f();
    (result, start.elapsed().as_secs_f64() * 1e9)
}

fn fib(n: i64) -> i64 {
    if n < 2 {
        return n;
    }
    let (left, right) = rayon::join(|| fib(n - 1), || fib(n - 2));
    left + right
}

fn forks(n: i64, workers: usize) -> Outcome {
    let pool = pool(workers);
    pool.install(|| fib((n - 6).max(1)));
    let (answer, ns) = timed(|| pool.install(|| fib(n)));
    Outcome { answer, ns, percentiles: vec![] }
}

/// An exact count, for which each worker has a line of its own.
#[repr(align(128))]
#[derive(Default)]
struct Line(AtomicI64);

struct Tally(Vec<Line>);

impl Tally {
    fn increment(&self) {
        let mine = rayon::current_thread_index().expect("a worker");
        let count = &self.0[mine].0;
        count.store(count.load(Ordering::Relaxed) + 1, Ordering::Release);
    }

    fn total(&self) -> i64 {
        self.0.iter().map(|line| line.0.load(Ordering::Acquire)).sum()
    }
}

fn flat(n: i64, workers: usize) -> Outcome {
    let pool = pool(workers);
    let tally: &'static Tally =
        Box::leak(Box::new(Tally((0..workers).map(|_| Line::default()).collect())));
    let round = |tasks: i64| {
        let base = tally.total();
        let mut done = 0;
        let mut sent = 0;
        while sent < tasks {
            let count = CHUNK.min(tasks - sent);
            while sent + count - done > WINDOW {
                done = tally.total() - base;
                std::thread::yield_now();
            }
            for _ in 0..count {
                pool.spawn(|| tally.increment());
            }
            sent += count;
        }
        while tally.total() - base < tasks {
            std::thread::yield_now();
        }
    };
    let before = (n / 32).max(1);
    round(before);
    let (_, ns) = timed(|| round(n));
    Outcome { answer: tally.total() - before, ns, percentiles: vec![] }
}

fn sum(n: i64, workers: usize) -> Outcome {
    let pool = pool(workers);
    let values: Vec<f64> = (0..n).map(|i| (i % 1024) as f64 * 0.5).collect();
    let times = (8_000_000 / n).max(1);
    let (last, ns) = pool.install(|| {
        let mut last = 0.0;
        for _ in 0..(times / 8).max(1) {
            last = values.par_iter().sum();
        }
        let (_, ns) = timed(|| {
            for _ in 0..times {
                last = values.par_iter().sum();
            }
        });
        (last, ns)
    });
    Outcome { answer: (last * 2.0) as i64, ns: ns / times as f64, percentiles: vec![] }
}

fn latency(count: i64, workers: usize) -> Outcome {
    static BOX: Line = Line(AtomicI64::new(0));
    let pool = pool(workers);
    let before = (count / 10).max(1);
    let mut all = Vec::with_capacity(count as usize);
    let mut answer = 0;
    for i in -before..count {
        let token = i + before + 1;
        let start = Instant::now();
        pool.spawn(move || BOX.0.store(token, Ordering::Release));
        while BOX.0.load(Ordering::Acquire) != token {
            std::hint::spin_loop();
        }
        let ns = start.elapsed().as_secs_f64() * 1e9;
        if i >= 0 {
            all.push(ns);
            answer += BOX.0.load(Ordering::Relaxed) - before;
        }
    }
    all.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
    let at = |p: f64| all[((p / 100.0 * count as f64) as usize).min(count as usize - 1)];
    Outcome {
        answer,
        ns: at(50.0),
        percentiles: vec![("50.0", at(50.0)), ("99.0", at(99.0)), ("99.9", at(99.9))],
    }
}

/// The version that cargo chose.
fn version() -> &'static str {
    include_str!("../Cargo.lock")
        .split_once("name = \"rayon\"\nversion = \"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or("", |(version, _)| version)
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let numbers = (
        args.get(2).and_then(|a| a.parse::<i64>().ok()).filter(|&n| n >= 1),
        args.get(3).and_then(|a| a.parse::<usize>().ok()).filter(|&n| n >= 1),
    );
    let (Some(size), Some(workers)) = numbers else {
        eprintln!("usage: rayon_peer WORKLOAD SIZE WORKERS; both numbers 1 or more");
        std::process::exit(2);
    };
    let outcome = match args[1].as_str() {
        "fib" => forks(size, workers),
        "flat" => flat(size, workers),
        "loop" => sum(size, workers),
        "latency" => latency(size, workers),
        other => {
            eprintln!("unknown workload '{other}'; known: fib, flat, loop, latency");
            std::process::exit(2);
        }
    };
    let percentiles: Vec<String> =
        outcome.percentiles.iter().map(|(p, ns)| format!("\"{p}\":{ns:.1}")).collect();
    println!(
        "{{\"answer\":{},\"ns\":{:.1},\"percentiles_ns\":{{{}}},\"version\":\"Rayon {}\"}}",
        outcome.answer,
        outcome.ns,
        percentiles.join(","),
        version()
    );
}
