-- Rows as the program of schema version 1 wrote them, checksums included.
INSERT INTO experiments VALUES (1, 'exp-seed', 'seed experiment', 'How much does the fast link buy?', 'running', '{"headroom":1,"question":"How much does the fast link buy?","hosts":{"a":{"ssh":"lab1"},"b":{"ssh":"lab2"}},"fabrics":{},"factors":{"fabric":["ethernet","fast"]},"probes":[{"probe":"tcp","hosts":["a","b"],"params":{"seconds":3}}],"repeats":5,"warmup":1,"order":{"kind":"randomised-blocks","seed":42},"limits":{"run_seconds":120,"retries":1}}', '2026-03-01T10:00:00.000Z', NULL, 0, '0.1.0', 0, 3092461554);
INSERT INTO runs VALUES (1, 1, 'run-seed-1', 'tcp', '1', 0, '["a","b"]', '{"fabric":"fast"}', 0, 1, 0, 0, 1, 'done', 'null', 'null', '{"streams":1,"tool":"iperf3"}', '[]', 0, '[{"role":"client","host":"a","command":"iperf3 -c ''10.0.0.2'' -J"}]', NULL, NULL, NULL, 3138693627);
INSERT INTO runs VALUES (2, 1, 'run-seed-2', 'tcp', '1', 0, '["a","b"]', '{"fabric":"fast"}', 0, 1, 0, 1, 1, 'pending', 'null', 'null', '{"streams":1,"tool":"iperf3"}', '[]', 0, '[{"role":"client","host":"a","command":"iperf3 -c ''10.0.0.2'' -J"}]', NULL, NULL, NULL, 2039448395);
INSERT INTO artifacts VALUES (1, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 10);
INSERT INTO run_artifacts VALUES (1, 0, 'client/stdout', 1, 1916243487);
INSERT INTO metrics VALUES (1, 'nccl.busbw', 'GB/s', 2856614465);
INSERT INTO metrics VALUES (2, 'nccl.time', 'us', 1448418772);
INSERT INTO dimensions VALUES (1, '{"collective":"all_reduce","in_place":false,"size_bytes":1024}', 615589321);
INSERT INTO dimensions VALUES (2, '{"collective":"all_reduce","in_place":false,"size_bytes":2048}', 3503256908);
INSERT INTO dimensions VALUES (3, '{"rank":0}', 1186392435);
INSERT INTO measurements VALUES (1, 0, 1, 1, 12.5);
INSERT INTO measurements VALUES (1, 1, 1, 2, 13.75);
INSERT INTO measurement_seals VALUES (1, 2, 774282922);
INSERT INTO series VALUES (1, 1, 0, 2, 3, 3, 'irregular', NULL, NULL, 324133602);
INSERT INTO series_chunks VALUES (1, 1, 0, 3, 1, 3, 6, 0, 11, 3867798652, 2621791818, x'0000000000000840000000000000f03f0000000000000040', x'000000000000000000000000000014400000000000002640');
INSERT INTO jobs VALUES (1, 'client', 'run-seed-1-client', 'a', '2026-03-01T10:00:02.000Z', 3668312763);
INSERT INTO environments VALUES (1, 'a', 'me@a:22', '2026-03-01T10:00:01.000Z', '{"hostname":"a","kernel":"6.1.0","os":"Debian 12","bootId":"00000000-0000-0000-0000-000000000001","uid":1000,"cpu":{"model":"Example CPU","cores":8,"numaNodes":1,"governor":null},"memoryMiB":65536,"diskFreeMiB":1000,"memlockKiB":"unlimited","loadAverage1":0.5,"interfaces":[{"name":"eth0","addresses":["10.0.0.1"],"rateGbps":25,"mtu":1500,"driver":"mlx5_core","linkType":"ethernet","up":true}],"hcas":[],"gpus":[],"gpuTopology":null,"cudaVersion":null,"ncclVersion":null,"tools":{"iperf3":{"path":"/usr/bin/iperf3","version":"3.12"}},"pythons":[],"simulated":false,"preflight":[]}', NULL, 3311918752);
INSERT INTO hosts VALUES ('lab1', '{"ssh":"lab1"}', '2026-03-01T09:00:00.000Z', NULL, 'null', NULL, 1456994333);
