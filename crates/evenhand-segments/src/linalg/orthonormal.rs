//! Orthonormal bases.

use super::dot;

/// Makes vectors, one a row of `dims` numbers, orthonormal. One that depends on those before it becomes 0.
///
/// # Formula
///
/// Modified Gram-Schmidt, done twice, which is enough: Giraud, L. et al. (2005), Numerische Mathematik 101, 87-100.
pub fn orthonormalise(vectors: &mut [f64], dims: usize) {
    let count = vectors.len() / dims;
    for at in 0..count {
        let (before, rest) = vectors.split_at_mut(at * dims);
        let vector = &mut rest[..dims];
        let length = dot(vector, vector).sqrt();
        for _ in 0..2 {
            for other in before.chunks_exact(dims) {
                let shared = dot(vector, other);
                let pairs = vector.iter_mut().zip(other);
                pairs.for_each(|(value, other)| *value -= shared * other);
            }
        }
        let left = dot(vector, vector).sqrt();
        let factor = if left > length * 1e-14 {
            1.0 / left
        } else {
            0.0
        };
        vector.iter_mut().for_each(|value| *value *= factor);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_become_orthonormal_and_dependent_ones_0() {
        let mut vectors = vec![3.0, 4.0, 0.0, 1.0, 1.0, 1e-9, 6.0, 8.0, 0.0];
        orthonormalise(&mut vectors, 3);
        let [a, b, c] = [&vectors[..3], &vectors[3..6], &vectors[6..]];
        assert!(dot(a, b).abs() < 1e-15 && (dot(b, b) - 1.0).abs() < 1e-15);
        assert!((a[0] - 0.6).abs() < 1e-15);
        assert_eq!(c, [0.0; 3]);
    }
}
