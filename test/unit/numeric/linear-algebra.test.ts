import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { solvePositiveDefinite, symmetricEigen } from '../../../src/numeric/linear-algebra.js';

describe('eigenvalues of a symmetric matrix', () => {
  it('of [[2, 1], [1, 2]] are 3 and 1, along the diagonals', () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2);
    expect([...values].map((value) => Math.round(value * 1e12) / 1e12)).toEqual([3, 1]);
    expect(Math.abs((vectors[0]?.[0] ?? 0) * (vectors[0]?.[1] ?? 0))).toBeCloseTo(0.5, 12);
  });

  it('give the matrix back: A = sum of value times vector times vector', () => {
    const cell = fc.double({ min: -10, max: 10, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), fc.array(cell, { minLength: 49, maxLength: 49 }), (n, cells) => {
        const at = (i: number, j: number): number => (cells[Math.min(i, j) * 7 + Math.max(i, j)] as number) + 0;
        const matrix = Float64Array.from({ length: n * n }, (_, k) => at(Math.floor(k / n), k % n));
        const { values, vectors } = symmetricEigen(matrix, n);
        let worst = 0;
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++) {
            const sum = vectors.reduce((s, v, k) => s + (values[k] as number) * (v[i] as number) * (v[j] as number), 0);
            worst = Math.max(worst, Math.abs(sum - (matrix[i * n + j] as number)));
          }
        expect(worst).toBeLessThan(1e-10);
        expect([...values]).toEqual([...values].sort((a, b) => b - a));
      }),
    );
  });
});

describe('a positive definite system', () => {
  it('is solved', () => {
    const x = solvePositiveDefinite(Float64Array.of(4, 2, 2, 3), Float64Array.of(8, 7));
    expect(x?.[0]).toBeCloseTo(1.25, 12);
    expect(x?.[1]).toBeCloseTo(1.5, 12);
  });

  it('is refused when it is not positive definite', () => {
    expect(solvePositiveDefinite(Float64Array.of(1, 2, 2, 1), Float64Array.of(1, 1))).toBeUndefined();
    expect(solvePositiveDefinite(Float64Array.of(0), Float64Array.of(1))).toBeUndefined();
  });
});
